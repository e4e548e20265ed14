"""The engine: llama.cpp's own server, inside this process and for this process alone.

It batches, caches prompts and follows a JSON schema in native code, off Python's lock, and it stops
computing an answer whose connection is closed: that is why requests reach it over HTTP and not by
a call, which nothing could end. It listens on a loopback port of its own and wants a key, so that
a page in a browser on this machine cannot use it.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from deploy.local.llm.files import served_name
from deploy.local.llm.settings import ServerSettings

_ERRORS = 1

_SAME_PROMPT = 0.85
"""A prompt whose beginning lies in a slot up to this share goes on there. Those of two candidates
have the instructions in common and no more: below 0.8 one candidate's prompt drives out another's.
"""


class EngineError(Exception):
    """The engine did not start; the text says which model, and its log what happened."""


class Engine:
    """Loads ``file`` and serves it at ``url`` to whoever sends ``headers``, until ``close``.

    Blocks while it loads and while it closes.

    Raises:
        EngineError: the file is no model that llama.cpp can load.
    """

    def __init__(self, file: Path, settings: ServerSettings) -> None:
        import xllamacpp  # type: ignore[import-untyped]

        key = secrets.token_urlsafe(24)
        params = xllamacpp.CommonParams()
        params.model.path = str(file)
        params.model_alias = {served_name(settings.model)}
        params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [key]
        params.n_parallel = max(settings.slots, settings.parallel)
        params.slot_prompt_similarity = _SAME_PROMPT
        params.n_ctx = settings.context * params.n_parallel
        params.cache_ram_mib = settings.cache_mib
        for cpu in (params.cpuparams, params.cpuparams_batch):
            cpu.n_threads = settings.threads
            cpu.poll = 0  # the cores belong to others while there is nothing to compute
        params.endpoint_metrics, params.endpoint_slots, params.ui = True, False, False
        params.offline, params.fit_params = True, False
        params.verbosity = _ERRORS
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError:
            raise EngineError(f"llama.cpp cannot load {file}: see the lines above") from None
        self.url = str(self._server.listening_address)
        self.headers = {"Authorization": f"Bearer {key}"}

    def close(self) -> None:
        """Stop serving and free the model."""
        del self._server
