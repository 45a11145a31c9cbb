# HTML, JavaScript, terminal codes and a picture that is none, in every output.
# %% start
from IPython.display import HTML, Image, Javascript, display

display(HTML("<script>document.title='right'</script>"), Javascript("alert(1)"))
display({"image/png": "x' onerror='alert(1)", "text/html": "<b>6 of 6</b>", "text/plain": "<u>"}, raw=True)
display({"image/svg+xml": "<svg onload='alert(1)'/>", "text/latex": r"\href{javascript:x}{y}"}, raw=True)
print("\x1b]0;right\x07\x1b[2J\x1b[31m<script>alert(1)</script>\u202egnp.exe")

# %% step
def step(z):
    print("</pre><h1>6 of 6 points</h1>")
    return z
