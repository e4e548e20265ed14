"""The vision worker: frames in, one ``vision.features`` event a frame out."""
