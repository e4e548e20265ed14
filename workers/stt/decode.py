"""Any audio file to samples: webm/opus, wav, mp3 and whatever else FFmpeg reads."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np

from workers.stt.pcm import Samples


class UndecodableError(ValueError):
    """The bytes are not audio that can be read; the message is meant for the person."""


def decode(source: Path | bytes) -> Samples:
    """Return the audio of a file or of its bytes as shape (n,), int16, mono, 16 kHz.

    Raises:
        UndecodableError: it is empty, not a media file, or has no sound.
        OSError: the file cannot be opened.
    """
    import av.error
    from faster_whisper.audio import decode_audio

    name = source.name if isinstance(source, Path) else "the upload"
    data = source.read_bytes() if isinstance(source, Path) else source
    if not data:
        raise UndecodableError(f"{name} is empty")
    try:
        audio = decode_audio(BytesIO(data))
    except IndexError:
        raise UndecodableError(f"{name} has no sound track") from None
    except (av.error.FFmpegError, ValueError, TypeError):
        raise UndecodableError(
            f"{name} is not an audio file that can be read: send webm, wav, mp3 or ogg"
        ) from None
    if not audio.size:
        raise UndecodableError(f"{name} has a sound track without sound")
    samples: Samples = np.clip(np.round(audio * 32768.0), -32768, 32767).astype(np.int16)
    return samples
