"""Which of the entries that a feed shows is which of those it showed before. Pure.

Addresses, guids, dates and words all change at times, and all repeat themselves at others, so no single one
of them decides. The *place* of an entry is its address; without one its guid, and without that its words.

1. What stands alone in its place is what stood there alone before: an edit may change all the rest. Only if
   guid, date and headline are all others is it another article, on a page that shows one after the other; but
   not if no guid of the document is known.
2. Several in one place, as on a page of alarms, are told apart: by the guid, if no other there has it, or
   together with headline or date; where the guid says no more than the place, by headline and date, or by a
   moment that no other there has. Words alone never make one of two that have moments of their own.
3. What has a new place is an entry whose own is gone if it has the words and the date of that one, or the
   words and the guid, or the guid and the date (or no date as before), or a headline and moment that no other
   has. Where guids tell nothing, so it is if the address has the same number, or the moment is the same to
   the second or minute, in the very poll in which that one has left its place; by the moment only beside
   others that stay in theirs.
4. Words are enough without a date, or with one that is only a day, where most entries of a document have new
   places at once. Elsewhere they are not: flashes and alarms have the words of the ones before.

Of dates, the one that was shown last counts, and where an entry has a new place also its first one. Where all
are of the moment at which the document was made they tell nothing, and words are enough.
"""
