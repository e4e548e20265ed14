"""What a browser talks to: WebRTC media and data channel, HTTP API, plain pages."""
