"""Examples of docs/reference/looking.md."""

import numpy as np

import minigrad as mg

# %% mg.draw
with mg.record():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = np.tanh(x).sum()
picture = mg.draw(y, values=True)
picture.source.count("->")  # edges; in a notebook `picture` shows itself

# %% mg.Drawing
x = mg.tensor([1.0, 2.0], requires_grad=True)
picture = mg.draw(x * 2)
isinstance(picture, mg.Drawing)
picture.source.splitlines()[0]

# %% mg.name
w = mg.tensor([1.0, 2.0], requires_grad=True)
mg.name(weights=w)
"weights" in mg.draw(w * 2).source

# %% mg.record
with mg.record():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 3).sum()
    y.backward()
"3" in mg.draw(y, values=True, gradients=True).source

# %% mg.explore
with mg.record():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = np.tanh(x).sum()
    y.backward()
mg.explore(y, "walk.html").name

# %% mg.debug
x = mg.tensor([1.0, 0.0], requires_grad=True)
try:
    with mg.debug(), np.errstate(divide="ignore"):
        np.log(x)
except mg.NonFiniteError as error:
    print(error)

# %% mg.NonFiniteError
x = mg.tensor([4.0, 0.0], requires_grad=True)
try:
    with mg.debug(), np.errstate(divide="ignore"):
        np.sqrt(x).sum().backward()
except mg.NonFiniteError as error:
    print(error)

# %% mg.SavedArrayError
x = mg.tensor([1.0, 2.0], requires_grad=True)
try:
    with mg.debug():
        y = (x * x).sum()
        x.data[0] = 9.0
        y.backward()
except mg.SavedArrayError as error:
    print(error)

# %% mg.array_data
mg.array_data(np.array([[1.0, np.nan], [3.0, 4.0]]), axes=("row", "column"))

# %% mg.markup
print(mg.markup("td", "a < b", class_="wide"))

# %% mg.fragment
html = mg.fragment(mg.markup("p", "Hello"))
"<p>Hello</p>" in html

# %% mg.page
html = mg.page("A page", mg.markup("p", "Hello"), data={"answer": 42})
html[:15]
'"answer":42' in html
