-- A draft carries what the question carries that it may become.

ALTER TABLE {database}.questions
    MODIFY COLUMN text COMMENT 'the question; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN engine COMMENT 'what made it; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN source COMMENT 'bank, model, template or fixed; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN model COMMENT 'language model that was asked for it, or empty; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN prompt_version COMMENT 'version of the texts the model was given; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN guard COMMENT 'what became of each try, by comma: passed, or why not; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN grounding COMMENT 'words of the last answer or the resume that it rests on; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN took_ms COMMENT 'milliseconds the engine worked; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN retrieval COMMENT 'how lines of the resume were chosen: clickhouse, memory, order, or empty; question.asked, question.drafted';
ALTER TABLE {database}.questions
    MODIFY COLUMN retrieval_ms COMMENT 'milliseconds that took, part of took_ms; question.asked, question.drafted';
