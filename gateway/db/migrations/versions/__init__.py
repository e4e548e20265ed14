"""One file a revision. One that was released is never edited."""
