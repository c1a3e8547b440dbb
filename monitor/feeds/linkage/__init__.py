"""Which of the entries that a feed shows is which of those it showed before. Pure.

Addresses, guids, dates and words all change at times, and all repeat themselves at others, so no single one
of them decides. The *place* of an entry is its address; without one its guid, and without that its words.

1. What stands alone in its place is what stood there alone before: an edit may change all the rest. Only if
   guid, date and headline are all others is it another article, on a page that shows one after the other; but
   not if words of the document are known, and no guid. What was gone is another by its moment, where there
   are no guids. Where the guid itself is the place it is another, too, if headline, text and moment are
   others; or headline and text, where most such places have others at once, for guids are those of a list
   then; or if one of the two has only changed places.
2. Several in one place, as on a page of alarms, are told apart: by the guid, if no other there has it, or
   together with headline or date; where the guid says no more than the place, or is of a list, by headline
   and date, or by a moment that no other there has. Words alone make one of two only if not both have a guid,
   and not both a date of which one is a moment: it says more than the hour. Without a guid a long text is
   enough, if it was there a poll ago, none there begins alike, and no headline ever came again.
3. What has a new place is an entry whose own is gone

   - if it has the words and the moment of that one, or the words and the guid; or the words and the hour, in
     the very poll in which that one has left its place;
   - or the guid and the date, if that is more than a day; or, where there are other guids, the guid and the
     headline, or the guid and the lead: how the text below the headline begins;
   - or the headline and the moment;
   - or the words, or in that very poll the headline, and its address but for the ``www.``;
   - or, where none stays and most begin as those of the last poll did, the lead and the moment; or the lead
     of a long text and the headline, if the date is not after all of those, and not both dates are days;
   - or, where guids tell nothing, the lead and the moment, in that very poll, and only beside others that
     stay in their places; of leads that others have too, or of no text, only if the moment tells the second;
   - or, there as well, the number of the address, together with the moment or, in that very poll, the
     headline or the lead; by itself only if the address calls it the article's.

   A guid, a number, a lead, or a headline and moment count for this only if no other has them. What is the
   same day, or nothing for a date, is no sign: guids may be those of places on a front page.
4. Words are enough without a date, or with one that is only a day, where most entries of a document have new
   places at once, under three headlines or more, or where most that come again have, with texts of their own;
   and headlines are that no other has. So are words where most clocks show the same hours more or less than
   before. Elsewhere they are not: flashes and alarms have the words of the ones before.
5. What stands in a document under several addresses, with a guid that nothing else has, is one.

Of dates, the one that was shown last counts, and where an entry has a new place also its first one. Where all
are of the moment at which the document was made they tell nothing, and words are enough.
"""
