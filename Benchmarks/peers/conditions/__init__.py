"""The conditions that ClickHouse is asked, as SQL of our own words: a file a language, a line a rule."""
