"""Search: words, filters and the index behind them. It knows numbers, texts and flags, not memos."""
