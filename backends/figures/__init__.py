"""Figures: charts of counts and networks as volumes, drawn with matplotlib (the extra ``draw``).

Each function gives the bytes of one file; the same arguments give the same bytes. matplotlib is imported when
something is drawn, through its objects: no state of the session is read or changed.
"""
