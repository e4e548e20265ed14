"""WebRTC: offers, peer connections, sampling of frames and chunking of audio."""
