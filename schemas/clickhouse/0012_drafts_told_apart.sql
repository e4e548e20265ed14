-- What the table of questions holds since questions are drafted ahead.

ALTER TABLE {database}.questions
    MODIFY COLUMN type COMMENT 'question.requested, question.drafted or question.asked';
ALTER TABLE {database}.questions
    MODIFY COLUMN seq COMMENT 'of a request: 0 asks for the question, from 1 on for a draft; of a draft: that of its request';
ALTER TABLE {database}.questions
    MODIFY COMMENT 'Questions requested, drafted ahead and asked; only question.asked was put to the candidate';
