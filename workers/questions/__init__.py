"""The questions worker: asks what is requested, and embeds the lines of résumés."""
