"""What programs put on the clipboard, shortened, with all that makes it hard to read."""

WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h1><a name="_Toc1"></a><span lang=EN-US style='mso-ansi-language:EN-US'>The minutes<o:p></o:p></span></h1>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-US>Present</span></b><span lang=EN-US>:
Ada and <i style='mso-bidi-font-style:normal'>Sten</i>.<span style='mso-spacerun:yes'>\u00a0 </span>See
<a href="https://a.example/?a=1&amp;b=2">the list</a>.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Tea<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>Green<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Cake<o:p></o:p></p>
<p class=MsoNormal>Then:</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>3.<span>&nbsp; </span></span><![endif]>Votes</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>4.<span>&nbsp; </span></span><![endif]>Home</p>
<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse'>
<tr style='mso-yfti-irow:0'><td width=301 valign=top style='width:225.4pt'><p class=MsoNormal>Cup<o:p></o:p></p></td>
<td width=301 valign=top><p class=MsoNormal>2<o:p></o:p></p></td></tr></table>
<!--EndFragment--></body></html>"""

WORD_CLEAN = """<h2>The minutes</h2>
<p><strong>Present</strong>: Ada and <em>Sten</em>. See
<a href="https://a.example/?a=1&amp;b=2" rel="noopener noreferrer">the list</a>.</p>
<ul><li>Tea<ul><li>Green</li></ul></li><li>Cake</li></ul>
<p>Then:</p>
<ol start="3"><li>Votes</li><li>Home</li></ol>
<table><tbody><tr><td>Cup</td><td>2</td></tr></tbody></table>"""

GOOGLE_DOCS = """<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;"
id="docs-internal-guid-1b2c3d4e-7fff-1111-2222-333344445555"><h2 dir="ltr" style="line-height:1.38;margin-top:18pt;"><span
style="font-size:16pt;font-family:Arial,sans-serif;color:#000000;font-weight:700;white-space:pre-wrap;">A plan</span></h2><p dir="ltr"
style="line-height:1.38;"><span style="font-size:11pt;font-weight:400;font-style:normal;white-space:pre-wrap;">It is </span><span
style="font-weight:700;font-style:normal;">bold</span><span style="font-weight:400;font-style:normal;">, </span><span
style="font-weight:400;font-style:italic;">slanted</span><span style="font-weight:400;"> and </span><a
href="https://www.google.com/url?q=https://b.example/x&amp;sa=D" style="text-decoration:none;"><span
style="color:#1155cc;text-decoration:underline;">linked</span></a><span style="text-decoration:line-through;"> gone</span><span
style="font-size:0.6em;vertical-align:super;">2</span></p><br /><ul style="margin-top:0;margin-bottom:0;"><li dir="ltr"
style="list-style-type:disc;" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400;">One</span></p></li><ul><li dir="ltr"
aria-level="2"><p dir="ltr" role="presentation"><span>Deeper</span></p></li></ul><li dir="ltr" aria-level="1"><p dir="ltr"
role="presentation"><span>Two</span></p></li></ul><div dir="ltr" align="left"><table><colgroup><col width="312" /><col /></colgroup><tbody><tr
style="height:0pt"><td style="border:solid"><p dir="ltr"><span style="font-weight:700;">Key</span></p></td><td><p dir="ltr"><span>Value</span></p></td></tr></tbody></table></div><img
src="https://lh3.googleusercontent.com/x" width="1" height="1" /></b><br class="Apple-interchange-newline">"""

GOOGLE_DOCS_CLEAN = """<h2>A plan</h2>
<p>It is <strong>bold</strong>, <em>slanted</em> and <a href="https://b.example/x" rel="noopener noreferrer">linked</a><s>
gone</s><sup>2</sup></p>
<ul><li>One<ul><li>Deeper</li></ul></li><li>Two</li></ul>
<table><tbody><tr><td><strong>Key</strong></td><td>Value</td></tr></tbody></table>"""

WEB_PAGE = """<html><body><!--StartFragment--><article class="story"><header><h1 id="top">News</h1></header><div class="lead"
onclick="x()">First <span class="hl">words</span></div><div><p style="color:red">Second&nbsp; one <img src="https://tracker.example/p.gif"
alt="x"><a href="javascript:alert(1)">bad</a> <a href="#top">up</a></p></div><script>evil()</script>
<pre><code class="hljs language-python"><span class="k">def</span> f():
    pass</code></pre></article><!--EndFragment--></body></html>"""

WEB_PAGE_CLEAN = """<h2>News</h2><p>First words</p><p>Second one bad
<a href="#top" rel="noopener noreferrer">up</a></p><pre><code class="language-python">def f():
    pass</code></pre>"""

MARKDOWN = """# Notes

Some **bold** and `code`, see [the list](https://a.example/).

- one
- two
  1. deep

```python
x = 1
```

| a | b |
|---|---|
| 1 | 2 |
"""
