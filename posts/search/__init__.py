"""Search: what is asked, how a text is kept to be found, and what each database does about it.

`words` takes texts apart, `documents` and `queries` make of them what is stored and what is asked
for, `backends` ask the database that is in use, `excerpts` show where the words stand.
"""
