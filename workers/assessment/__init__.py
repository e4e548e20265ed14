"""Understanding: what an answer shows of the rubric, each level with the candidate's own words."""
