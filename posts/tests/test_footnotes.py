"""Footnotes, typed as in Markdown."""

import re

import pytest

from posts.markdown import to_html
from posts.rendering import render
from posts.sanitiser import sanitise


def html(body):
    return render(sanitise(body)).html


def test_a_footnote_is_linked_both_ways_and_stands_at_the_end():
    body = "<p>A[^x].</p><p>[^x]: A <em>note</em>.</p><p>The end.</p>"

    assert html(body) == (
        '<p>A<sup><a href="#fn-1" id="fnref-1" role="doc-noteref">1</a></sup>.</p><p>The end.</p>'
        '<div class="notes" role="doc-endnotes"><ol><li id="fn-1"><p>A <em>note</em>.'
        ' <a href="#fnref-1" role="doc-backlink" lang="en" aria-label="Back to the text">↩︎</a>'
        "</p></li></ol></div>"
    )


def test_footnotes_are_numbered_as_the_text_refers_to_them():
    rendered = html("<p>[^b] [^a] [^b]</p><p>[^a]: First.</p><p>[^b]: Second.</p>")

    notes = rendered.partition("<ol>")[2]
    assert re.findall(r">(\d)</a></sup>", rendered) == ["1", "2", "1"]
    assert re.findall(r'<li id="(fn-\d)"><p>(\w+)', notes) == [
        ("fn-1", "Second"),
        ("fn-2", "First"),
    ]
    assert re.findall(r'href="#(fnref[-\d]*)"', notes) == ["fnref-1", "fnref-1-2", "fnref-2"]


def test_a_heading_with_a_footnote_has_an_anchor_and_is_no_link():
    rendered = render(sanitise("<h2>The past[^1]</h2><p>Text.</p><p>[^1]: A note.</p>"))

    assert rendered.html.startswith(
        '<h2 id="h-the-past">The past<sup><a href="#fn-1" id="fnref-1" role="doc-noteref">1</a>'
        "</sup></h2><p>Text.</p>"
    )
    assert rendered.contents == [{"level": 2, "id": "h-the-past", "text": "The past"}]


@pytest.mark.parametrize(
    "body",
    [
        "<p>A[^1].</p>",
        "<p>A.</p><p>[^1]: A note.</p>",
        "<p>A[^1].</p><p>[^2]: A note.</p>",
        "<p>A[^1].</p><blockquote><p>[^1]: A note.</p></blockquote>",
        "<p>A[^1].</p><p>Not [^1]: a note.</p>",
        "<p>A <code>[^1]</code>.</p><p>[^1]: A note.</p>",
        '<p>A <a href="/">[^1]</a>.</p><p>[^1]: A note.</p>',
        "<p>A[^ 1].</p><p>[^ 1]: A note.</p>",
        "<p>A.</p><p>[^1]: A note[^1].</p>",
        "<p>A[^].</p><p>[^]: A note.</p>",
    ],
)
def test_what_is_no_footnote_stays_as_it_was_typed(body):
    assert html(body) == sanitise(body)


def test_of_two_notes_of_one_name_the_first_is_it():
    rendered = html("<p>A[^1].</p><p>[^1]: One.</p><p>[^1]: Two.</p>")

    assert "<p>[^1]: Two.</p><div" in rendered


def test_a_million_references_make_no_huge_page():
    body = "<p>" + "[^1]" * 200_000 + "</p><p>[^1]: A note.</p>"

    assert html(body).count("doc-noteref") == 1_000


def test_pasted_markdown_keeps_its_footnotes():
    body = to_html("A[^1] and [^2], [link].\n[^1]: One *note*\ngoes on\n[^2]: Two\n\n[link]: /x/")

    assert body.replace("\n", " ").strip() == (
        '<p>A[^1] and [^2], <a href="/x/" rel="noopener noreferrer">link</a>.</p> '
        "<p>[^1]: One <em>note</em> goes on</p> <p>[^2]: Two</p>"
    )
    assert render(body).html.count("doc-backlink") == 2


def test_markdown_code_that_looks_like_a_footnote_is_code():
    assert to_html("A\n\n    [^1]: x\n\n```\n[^2]: y\n```") == (
        "<p>A</p>\n<pre><code>[^1]: x\n</code></pre>\n<pre><code>[^2]: y\n</code></pre>"
    )
