"""Every metric once: name, kind, labels, meaning with unit. Processes create them from here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Prometheus metric kinds in use."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; ``unit`` is part of the name, as Prometheus asks."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_LATENCY = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 20.0, 60.0)
_WORK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

READY = Metric("viva_ready", Kind.GAUGE, "1 when the process is ready", ("process", "device"))
BUILD = Metric("viva_build_info", Kind.GAUGE, "1, labelled with the commit", ("process", "build"))
RECORDS = Metric("viva_records_consumed_total", Kind.COUNTER, "records read", ("process", "topic"))
PUBLISHED = Metric(
    "viva_records_published_total", Kind.COUNTER, "records acknowledged by the broker", ("topic",)
)
DEAD_LETTERS = Metric(
    "viva_dead_letters_total", Kind.COUNTER, "records set aside", ("process", "topic")
)
SKIPPED = Metric(
    "viva_records_skipped_total",
    Kind.COUNTER,
    "undecodable records left to the topic's guardian",
    ("process", "topic"),
)
RETRIES = Metric(
    "viva_dependency_retries_total",
    Kind.COUNTER,
    "attempts repeated because a dependency was away",
    ("process", "dependency"),
)
OPEN_UNITS = Metric(
    "viva_open_units", Kind.GAUGE, "units of work open, which hold the commit back", ("process",)
)
COMMIT_LAG = Metric(
    "viva_uncommitted_records", Kind.GAUGE, "records read and not yet committed", ("process",)
)
WORK_SECONDS = Metric(
    "viva_work_seconds",
    Kind.HISTOGRAM,
    "seconds one unit of work took (frame, pack, batch, question, clip)",
    ("process",),
    _WORK,
)
SCORING_LAG = Metric(
    "viva_scoring_lag_seconds",
    Kind.HISTOGRAM,
    "seconds from the end of the answer to its score acknowledged by ClickHouse (behaviour, final, "
    "or typed: the one score of a written answer)",
    ("stage",),
    _LATENCY,
)
ANSWERS_OPEN = Metric("viva_answers_open", Kind.GAUGE, "answers the agent is folding")
ANSWERS_DROPPED = Metric(
    "viva_answers_dropped_total",
    Kind.COUNTER,
    "answers given up without a score (overtaken by the session's next, or too_old)",
    ("reason",),
)
SCORES = Metric("viva_scores_total", Kind.COUNTER, "scores published", ("stage", "sufficient"))
ROWS = Metric("viva_rows_inserted_total", Kind.COUNTER, "rows ClickHouse acknowledged", ("table",))
DELETED_ROWS = Metric(
    "viva_rows_of_deleted_sessions_total",
    Kind.COUNTER,
    "rows that came after their session was deleted and were not stored",
)
CANDIDATES = Metric("viva_candidates_connected", Kind.GAUGE, "open peer connections")
REFUSED = Metric("viva_offers_refused_total", Kind.COUNTER, "offers refused", ("reason",))
FRAMES = Metric(
    "viva_frames_total",
    Kind.COUNTER,
    "frames by what became of them (published, sampled_out, dropped, unused)",
    ("outcome",),
)
AUDIO_CHUNKS = Metric(
    "viva_audio_chunks_total",
    Kind.COUNTER,
    "audio chunks by what became of them (published, unused)",
    ("outcome",),
)
AUDIO_LOST = Metric(
    "viva_audio_lost_seconds_total",
    Kind.COUNTER,
    "seconds of recorded sound that the network lost: silence stands for them",
)
AUDIO_BEHIND = Metric(
    "viva_audio_behind_seconds",
    Kind.GAUGE,
    "longest time that recorded audio has waited for Kafka; above 1.5 no candidate is taken",
)
UNSCORED = Metric(
    "viva_unscored_answer_seconds",
    Kind.GAUGE,
    "for how long two ended answers have waited for their final scores",
)
UNUSED_MEDIA = Metric(
    "viva_unused_media_seconds",
    Kind.GAUGE,
    "longest time a connected candidate's media has come in with nothing recording it",
)
LOOP_DELAY = Metric(
    "viva_event_loop_delay_seconds",
    Kind.HISTOGRAM,
    "how late the event loop woke",
    ("process",),
    _WORK,
)
PACKS_WAITING = Metric(
    "viva_stt_packs_waiting", Kind.GAUGE, "packs of speech waiting for the recogniser"
)
PACKS = Metric(
    "viva_stt_packs_total",
    Kind.COUNTER,
    "packs of speech by what became of them (words, no_words, failed)",
    ("outcome",),
)
QUESTIONS = Metric(
    "viva_questions_asked_total",
    Kind.COUNTER,
    "questions published by where they come from (model, template, bank, fixed)",
    ("source",),
)
JUDGEMENTS = Metric(
    "viva_judgements_total",
    Kind.COUNTER,
    "criteria assessed by what became of them (judged, or why there is no level)",
    ("outcome",),
)
TURN = Metric(
    "viva_turn_seconds",
    Kind.HISTOGRAM,
    "seconds from the end of an answer to a mark of the next question "
    "(heard, text, clip, first_byte, playing, answering)",
    ("mark",),
    _LATENCY,
)
QUESTION_DRAFTS = Metric(
    "viva_question_drafts_total",
    Kind.COUNTER,
    "drafts asked of the language model by what became of them (passed, or why not)",
    ("outcome",),
)
RETRIEVALS = Metric(
    "viva_resume_retrievals_total",
    Kind.COUNTER,
    "questions about a resume by how its lines were chosen (clickhouse, memory, order)",
    ("how",),
)
RETRIEVAL_SECONDS = Metric(
    "viva_resume_retrieval_seconds",
    Kind.HISTOGRAM,
    "seconds it took to choose the lines of a resume for a question",
    ("how",),
    _WORK,
)
RESUME_LINES = Metric(
    "viva_resume_lines_total",
    Kind.COUNTER,
    "lines of resumes by what became of them (embedded, failed)",
    ("outcome",),
)

CLIPS = Metric(
    "viva_question_clips_total",
    Kind.COUNTER,
    "questions spoken by what became of them (made, cached, failed)",
    ("engine", "outcome"),
)
CLIP_SECONDS = Metric(
    "viva_question_clip_seconds_total", Kind.COUNTER, "seconds of speech made", ("engine",)
)

METRICS: tuple[Metric, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Metric)
)
