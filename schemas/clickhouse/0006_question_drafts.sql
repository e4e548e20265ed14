-- Where a question comes from: the model, its prompt, what the guard said, the words it rests on.

ALTER TABLE {database}.questions
    ADD COLUMN IF NOT EXISTS model LowCardinality(String)
        COMMENT 'language model that was asked for it, or empty; question.asked' AFTER source,
    ADD COLUMN IF NOT EXISTS prompt_version LowCardinality(String)
        COMMENT 'version of the texts the model was given; question.asked' AFTER model,
    ADD COLUMN IF NOT EXISTS guard LowCardinality(String)
        COMMENT 'what became of each draft, by comma: passed, or why not; question.asked' AFTER prompt_version,
    ADD COLUMN IF NOT EXISTS grounding String
        COMMENT 'words of the last answer or the resume that it rests on; question.asked' AFTER guard,
    ADD COLUMN IF NOT EXISTS took_ms UInt32
        COMMENT 'milliseconds the engine worked; question.asked' AFTER grounding;
