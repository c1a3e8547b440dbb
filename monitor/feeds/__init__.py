"""1. Feed -> entry: when to poll, fetch, parse in a cage, remember what was seen."""
