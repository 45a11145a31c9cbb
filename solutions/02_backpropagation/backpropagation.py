# %% [markdown]
# # Lab 2: Backpropagation by hand
#
# **After this lab you can**
#
# - derive and code every gradient of a small network;
# - prove a gradient right, or find out which term of it is wrong;
# - train a network that is made of your own layers, and get what Keras gets;
# - say why deep networks of logistic units would not learn, and what mends it.
#
# **Time:** about five hours. The thirteen exercises take a little over three of them.
#
# **It builds on** lab 1 (a neuron, a layer, softmax, batches and epochs), the derivative and the
# chain rule. You need no framework: until section 4 there is only NumPy.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("circuit")` gives a hint, and one more each time you call it.
# `lab.progress()` shows what is done. After a restart of the kernel run the cells of your answers
# again: Run > Run All Above Selected Cell. Code that only draws is folded; open it if you like.

# %%
import time

import ipywidgets
import numpy as np
from threadpoolctl import threadpool_limits

from course_utils import datasets, plots
from course_utils.lab import Lab
from course_utils.plots import circuits

threadpool_limits(1)  # our matrices are small: one core is faster than several that must meet
SEED = 1  # another number gives other weights to start from, and the same conclusions

lab = Lab("02_backpropagation")

# %% [markdown]
# ## 1. The chain rule on a circuit
#
# A network learns by following slopes: how does the error change when this one weight changes? A
# network has thousands of weights, with many steps of arithmetic between a weight and the error. We
# begin with three inputs and two steps:
#
# $$f(x, y, z) = (x + y) \, z$$
#
# Let $x = -2$, $y = 5$, $z = -4$. We call the sum in between $q$. Drawn as a circuit, values flow
# from left to right:


# %% tags=["hide-input"]
def draw_circuit(values, gradients=None):
    """Draw f = (x + y) z. values, gradients: what stands on the edges of x, y, z, q and f."""
    nodes = {
        "x": ("$x$", 0, 3.4),
        "y": ("$y$", 0, 1.6),
        "z": ("$z$", 0, 0),
        "+": ("+", 1.5, 2.5),
        "*": ("×", 3, 1.3),
        "f": ("$f$", 4.5, 1.3),
    }
    joins = [("x", "+"), ("y", "+"), ("z", "*"), ("+", "*"), ("*", "f")]
    below = [f"{g:g}" for g in gradients] if gradients else [""] * 5
    edges = [(*join, f"{v:g}", g) for join, v, g in zip(joins, values, below, strict=True)]
    fig, ax = plots.figure(width=6.5, height=3.2)
    circuits.draw(ax, nodes, edges)
    return fig


plots.show(
    draw_circuit([-2, 5, -4, 3, -12]),
    alt="A circuit: x = -2 and y = 5 enter a plus, which gives 3. That and z = -4 enter a times, "
    "which gives f = -12.",
)

# %% [markdown]
# Now the slopes. Each step alone is easy:
#
# - the product $f = q z$: $\; \partial f / \partial q = z$ and $\partial f / \partial z = q$;
# - the sum $q = x + y$: $\; \partial q / \partial x = 1$ and $\partial q / \partial y = 1$.
#
# The **chain rule** joins them. $x$ acts on $f$ through $q$, so the slopes along the way multiply:
#
# $$\frac{\partial f}{\partial x} = \frac{\partial f}{\partial q} \, \frac{\partial q}{\partial x}$$
#
# Work from right to left. Begin at $f$ with $\partial f / \partial f = 1$. At each step multiply
# what comes from the right by the slope of that step, and hand it on to the left. The value that
# arrives at an edge is the slope of $f$ with respect to the number on that edge. This is
# **backpropagation**.
#
# **Before you go on:** which two of the three inputs must have the same gradient?

# %% [markdown]
# ### Exercise 1: `circuit` (1 point, 5 minutes, easy)
#
# Write down the value and the three gradients, for any $x$, $y$ and $z$.


# %%
def circuit(x, y, z):
    """Compute f = (x + y) z and its gradient.

    x, y, z: numbers. Returns a tuple of four numbers: f, df/dx, df/dy, df/dz.
    """
    ### BEGIN SOLUTION
    q = x + y
    df_dq = z
    return q * z, df_dq * 1, df_dq * 1, q
    ### END SOLUTION


lab.check("circuit", circuit)

# %% [markdown]
# Here is the circuit again, with your numbers: the values above the edges, the gradients below.

# %%
f, df_dx, df_dy, df_dz = circuit(-2, 5, -4)
plots.show(
    draw_circuit([-2, 5, -4, 3, f], [df_dx, df_dy, df_dz, -4, 1]),
    alt="The same circuit with a gradient below each value: 1 at f, -4 at q = x + y, 3 at z, and "
    "-4 at both x and y.",
)
assert (f, df_dx, df_dy, df_dz) == (-12, -4, -4, 3)

# %% [markdown]
# Read it as a forecast: raise $x$ by 0.001, and $f$ changes by −4 times 0.001.
#
# - A **plus** hands on to both sides what it gets.
# - A **times** hands on to each side what it gets, times the value of the *other* side.
#
# No step needs to know the whole formula. It needs its own inputs, and what comes from the right.
# So a machine can do this, for any formula.
#
# ### A number that remembers
#
# We now build that machine. A `Value` is a number that remembers what it was computed from. For
# `c = a * b` it keeps two pairs in `c.sources`: `(a, slope of c with respect to a)` and
# `(b, slope of c with respect to b)`. When you write a formula with such numbers, the circuit
# builds itself.
#
# First the part without calculus. `a - b` becomes `a + b * -1`, and `a / b` becomes `a * b ** -1`.
# So everything comes down to `+`, `*` and `**`, which are still to be written.


# %%
class Arithmetic:
    """The operators that come down to +, * and **."""

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -as_value(other)

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    def __radd__(self, other):  # 2 + x, where the number on the left knows no Value
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return as_value(other) - self

    def __rtruediv__(self, other):
        return as_value(other) / self


# %% [markdown]
# Then what each `Value` holds. One operation is written out as an example: `relu`, which is
# $\max(0, x)$. It returns a new `Value`: the result, and the list of its sources with their slopes.


# %%
class Number(Arithmetic):
    """What every Value has, whatever its derivatives.

    data: the number, a float. grad: d(result) / d(this number), 0 until backward() is called on the
    result. sources: a list of pairs (Value, slope), one for each Value that this one was computed
    from; slope is d(this) / d(that one), a number.
    """

    def __init__(self, data, sources=()):
        self.data = float(data)
        self.grad = 0.0
        self.sources = list(sources)

    def relu(self):
        return Value(max(0.0, self.data), [(self, 1.0 if self.data > 0 else 0.0)])

    def __repr__(self):
        return f"Value(data={self.data:.4g}, grad={self.grad:.4g})"


# %%
def as_value(thing):
    """Return a Value as it is, and a number as a new Value."""
    return thing if isinstance(thing, Number) else Value(thing)


# %% [markdown]
# What is left is yours: the slopes of six operations, and the way back.
#
# **The way back.** The gradients flow from the result to the inputs. Two things need care:
#
# - **A value may be used twice.** In `x * x` two edges lead to `x`, and each brings a share. The
#   shares add up.
# - **The order matters.** A value may hand its gradient on only when all its own shares have
#   arrived. So list the Values such that each stands behind its sources (a **topological order**),
#   and go through that list from the end. A recursive function makes the list: first visit the
#   sources of a Value, then append the Value itself, and visit none twice.
#
# **Before you write it:** in $a = xy$, $b = e^a$, $c = a b$, which of the four must come last on
# the way back, and which must wait for a share from $b$?

# %% [markdown]
# ### Exercise 2: `gradients` (4 points, 60 minutes, hard)
#
# Complete the class `Value`. Then, in the function `gradients` below it, evaluate the formula on
# the Values and send the gradients back: `gradients` is what the check calls.


# %%
class Value(Number):
    """A number that remembers what it was computed from, and can send gradients back there."""

    def __add__(self, other):
        """self + other. other: a Value or a number."""
        other = as_value(other)
        ### BEGIN SOLUTION
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])
        ### END SOLUTION

    def __mul__(self, other):
        """self * other. other: a Value or a number."""
        other = as_value(other)
        ### BEGIN SOLUTION
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])
        ### END SOLUTION

    def __pow__(self, n):
        """self ** n. n: a number, not a Value, so that self is the only source."""
        ### BEGIN SOLUTION
        return Value(self.data**n, [(self, n * self.data ** (n - 1))])
        ### END SOLUTION

    def exp(self):
        """e to the power of self."""
        ### BEGIN SOLUTION
        power = np.exp(self.data)
        return Value(power, [(self, power)])
        ### END SOLUTION

    def tanh(self):
        """The hyperbolic tangent of self."""
        ### BEGIN SOLUTION
        t = np.tanh(self.data)
        return Value(t, [(self, 1 - t**2)])
        ### END SOLUTION

    def log(self):
        """The natural logarithm of self, which is above 0."""
        ### BEGIN SOLUTION
        return Value(np.log(self.data), [(self, 1 / self.data)])
        ### END SOLUTION

    def backward(self):
        """Set grad to d(self) / d(that Value) in self and in every Value that it was computed from.

        grad is 0 in all of them before; backward is called once, on the result.
        """
        ### BEGIN SOLUTION
        order, visited = [], set()

        def visit(value):
            if id(value) not in visited:
                visited.add(id(value))
                for source, _ in value.sources:
                    visit(source)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for source, slope in value.sources:
                source.grad += slope * value.grad
        ### END SOLUTION


def gradients(expression, **inputs):
    """Evaluate a formula on Values, and return its value and its gradients in a dict.

    expression: a function of named Values. inputs: their numbers. gradients(lambda x: x * x, x=3)
    gives {"value": 9.0, "x": 6.0}.
    """
    values = {name: Value(number) for name, number in inputs.items()}
    ### BEGIN SOLUTION
    result = expression(**values)
    result.backward()
    ### END SOLUTION
    return {"value": result.data} | {name: value.grad for name, value in values.items()}


lab.check("gradients", gradients)

# %% [markdown]
# (The question above: $x$ and $y$ come last. $a$ must wait for the share that comes through $b$,
# since $c$ uses $a$ directly as well.) Here is the graph that your Values have built from this
# formula. In each circle stands a number, below it in bold its gradient. Above each arrow stands
# the slope that you wrote into `sources`, below it the share of the gradient that comes back there.


# %% tags=["hide-input"]
def graph_of(expression, **inputs):
    """Compute a formula on Values, send the gradients back, and draw the graph that came of it."""
    values = {name: Value(number) for name, number in inputs.items()}
    result = expression(**values)
    result.backward()
    fig, ax = plots.figure(width=8, height=3.6)
    circuits.draw_graph(ax, result, values)
    slopes = ", ".join(f"{value.grad:.3g} for {name}" for name, value in values.items())
    plots.show(
        fig,
        alt=f"The graph of the formula: the inputs at the left, the result {result.data:.3g} at "
        f"the right, arrows with slopes and shares between. The gradients: {slopes}.",
    )
    return values


# %%
def formula(x, y):
    """Put a formula of your own here: + - * / **, .exp(), .tanh(), .log(), .relu()."""
    a = x * y
    return a * a.exp()


values = graph_of(formula, x=2.0, y=0.5)
assert np.isclose(values["x"].grad, np.e) and np.isclose(values["y"].grad, 4 * np.e)

# %% [markdown]
# **Playground.** Two arrows leave $a$, and its gradient is the sum of their two shares. Put a
# formula of your own into the cell (the line with `assert` goes then): your circuit of exercise 1,
# a neuron, `x * x`. Before you run it, predict the number below one circle.
#
# Your machine now differentiates what you would rather not do by hand. A logistic neuron with two
# inputs and a cross-entropy error, for the target 1, in one line:

# %%
found = gradients(
    lambda w1, w2, b: -(1 / (1 + (-(w1 * 2.0 + w2 * -1.0 + b)).exp())).log(), w1=0.5, w2=-0.3, b=0.1
)
y = 1 / (1 + np.exp(-(0.5 * 2.0 + 0.3 + 0.1)))
print("your Value:   ", {name: round(float(number), 4) for name, number in found.items()})
print("(y - 1) times inputs (2, -1) and 1:", np.round((y - 1) * np.array([2, -1, 1]), 4))
assert np.allclose([found["w1"], found["w2"], found["b"]], (y - 1) * np.array([2, -1, 1]))

# %% [markdown]
# One pass from the result to the inputs gives **all** partial derivatives, however many inputs
# there are. This is why networks can be trained at all. The price is memory: every value of the
# forward pass is kept until the gradients have passed it.
#
# It was found more than once. Seppo Linnainmaa wrote it down for any chain of arithmetic in 1970,
# Paul Werbos proposed it for networks in 1974. (The lecture names Bryson and Ho, 1969: in control
# theory, slopes went backwards through the steps of a process.) With Rumelhart, Hinton and Williams
# in 1986 it became known, for they showed that hidden layers learn useful features by it.
#
# ## 2. Trust, but check
#
# A wrong gradient does not crash. The network learns a little worse, or not at all, and nothing
# says why. So every gradient gets tested against the definition of a derivative. Take a small step
# $h$ to both sides:
#
# $$\frac{\partial E}{\partial x_i} \approx \frac{E(x + h e_i) - E(x - h e_i)}{2h}$$
#
# ($e_i$ is 1 at place $i$ and 0 elsewhere.) This is the **centred difference**. It costs two
# evaluations for every single number, so it is useless for training, and perfect for a test.

# %% [markdown]
# ### Exercise 3: `numerical_gradient` (2 points, 15 minutes, medium)
#
# Write it for an array of any shape: a vector, a matrix, anything.


# %%
def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of f at x by centred differences, (f(x + h e_i) - f(x - h e_i)) / (2h).

    f: a function from an array of x's shape to a number. x: a float array of any shape; when you
    return, it holds exactly the numbers it held before. h: the step, a number.
    Returns a float array of x's shape: at each place the derivative with respect to x there.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        gradient[place] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    ### END SOLUTION


lab.check("numerical_gradient", numerical_gradient)

# %% [markdown]
# How close is close? A gap of 0.001 is nothing if the gradient is 1000, and everything if it is
# 0.001. So we compare in proportion. This is the **relative error**: the length of the difference,
# divided by the two lengths. (The small constant keeps two gradients of 0 from becoming 0 / 0.)


# %%
def relative_error(a, b):
    """Return |a - b| / (|a| + |b|) of two arrays of one shape, with the length |.| of all of it."""
    difference = np.linalg.norm(np.ravel(a) - np.ravel(b))
    return float(difference / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-12))


# %% [markdown]
# A rule of thumb for $h = 10^{-5}$ in 64-bit floats: below $10^{-7}$ the gradient is right, above
# $10^{-3}$ it is wrong, in between look for a kink such as that of ReLU.
#
# Why not a much smaller $h$? Let us differentiate $\sin$ at 1 with every step from 1 down to
# $10^{-13}$.
#
# **Before you run the next cell:** draw the error of the centred difference against $h$. Does it
# fall all the way?

# %%
steps = 10.0 ** np.arange(0, -13.1, -0.25)
x = np.array([1.0])
centred = [
    relative_error(numerical_gradient(lambda v: np.sin(v[0]), x, h), np.cos(x)) for h in steps
]
one_sided = [relative_error((np.sin(x + h) - np.sin(x)) / h, np.cos(x)) for h in steps]
assert 1e-7 < steps[np.argmin(centred)] < 1e-3 and min(centred) < 1e-9 < centred[-1]

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
ax.loglog(steps, one_sided, "s--", markersize=4, color=plots.PALETTE["vermillion"])
ax.loglog(steps, centred, "o-", markersize=4, color=plots.PALETTE["blue"])
ax.text(2e-6, 1e-3, "one-sided", color=plots.PALETTE["vermillion"])
ax.text(6e-3, 2e-8, "centred", color=plots.PALETTE["blue"])
ax.text(1e-13, 1e-9, "round-off")
ax.text(0.1, 1e-10, "truncation", ha="center")
ax.set(xlabel="step $h$", ylabel="relative error")
plots.show(
    fig,
    alt="Relative error of two difference quotients against the step h, both axes logarithmic. The "
    "centred one falls steeply as h shrinks to about 1e-5, where it is below 1e-10, then rises "
    "again. The one-sided one falls half as steeply and is best near 1e-8, at about 1e-9.",
)

# %% [markdown]
# Two errors pull in opposite directions:
#
# - **Truncation**, on the right: the curve bends within the step. For the centred difference this
#   error shrinks like $h^2$, one-sided only like $h$.
# - **Round-off**, on the left: $E(x+h)$ and $E(x-h)$ agree in most of their 16 digits, and what is
#   left after the subtraction is noise. This error grows like $10^{-16} / h$.
#
# They balance near $h = 10^{-5}$ for the centred difference, and near $10^{-8}$ one-sided.
#
# ## 3. Layers
#
# `Value` treats every number by itself, which is slow in Python. Networks compute with whole
# arrays. So we write the derivatives once for each kind of layer. A **layer** has two methods:
#
# - `forward(X)` computes its output, and keeps what it will need later;
# - `backward(g)` gets $g = dE/d(\text{output})$, and returns $dE/d(\text{input})$. If it has
#   weights, it also stores their gradients. It leaves what `forward` got and kept as it is:
#   called twice after one `forward`, it gives the same twice.
#
# Every gradient has the shape of the thing that it belongs to.
#
# **Sum or mean?** The error of a batch is, in this lab, the **mean** over its examples. The
# division by the batch size is done once, in the loss. A layer never divides: it adds up what the
# examples contribute.
#
# ### A dense layer
#
# For a batch $X$ of shape (batch, inputs), with $W$ (inputs, units) and $b$ (units,):
#
# $$Z = X W + b$$
#
# We write $\delta = dE/dZ$, of shape (batch, units). Each entry $W_{ij}$ takes part in $Z_{nj} =
# \sum_i X_{ni} W_{ij} + b_j$ for every example $n$, and so collects a share from each of them:
#
# $$\frac{\partial E}{\partial W_{ij}} = \sum_n X_{ni} \, \delta_{nj}, \qquad
# \frac{\partial E}{\partial b_j} = \sum_n \delta_{nj}, \qquad
# \frac{\partial E}{\partial X_{ni}} = \sum_j \delta_{nj} W_{ij}$$
#
# Each of these sums is one line of NumPy. If you are in doubt, look at the shapes: there is only
# one way in which they fit.

# %% [markdown]
# ### Exercise 4: `Dense` (3 points, 20 minutes, medium)
#
# Write both methods. The check looks at the terms one by one: the output, then $dE/dX$, then `dW`,
# then `db`.


# %%
class Dense:
    """A layer Z = XW + b. W: weights (inputs, units), b: biases (units,), float arrays.

    Training puts new arrays into W and b: both methods use what self.W and self.b hold then.
    """

    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, X):
        """X: (batch, inputs) -> Z = XW + b, (batch, units). Keeps X for backward."""
        ### BEGIN SOLUTION
        self.X = X
        return X @ self.W + self.b
        ### END SOLUTION

    def backward(self, delta):
        """Send a gradient back through the layer, for the batch of the last forward.

        delta: dE/dZ, (batch, units). Stores self.dW = dE/dW, (inputs, units), and self.db = dE/db,
        (units,), both summed over the batch; earlier ones are forgotten. Leaves W and b as they
        are. Returns dE/dX, (batch, inputs).
        """
        ### BEGIN SOLUTION
        self.dW = self.X.T @ delta
        self.db = delta.sum(axis=0)
        return delta @ self.W.T
        ### END SOLUTION


lab.check("Dense", Dense)

# %% [markdown]
# ### Activations
#
# An activation works on each element by itself, $A = f(Z)$. Going back, each element of the
# gradient is multiplied by the slope there:
#
# $$\delta = \frac{dE}{dZ} = \frac{dE}{dA} \cdot f'(Z) \quad \text{(elementwise)}$$
#
# The slope of the logistic function $a = 1 / (1 + e^{-z})$ is $a (1 - a)$: once we have $a$, no
# further exponential is needed.

# %% [markdown]
# ### Exercise 5: `Logistic` (1 point, 10 minutes, easy)
#
# Write both methods. `forward` is what you wrote in lab 1; now it also keeps what `backward` needs.


# %%
class Logistic:
    """The activation A = 1 / (1 + e^-Z), elementwise."""

    def forward(self, Z):
        """Z: float array (batch, units) -> A of the same shape. Keeps what backward needs.

        Right for any size of number, and never nan: 1 for z = 1000 and 0 for z = -1000.
        """
        ### BEGIN SOLUTION
        self.A = (1 + np.tanh(Z / 2)) / 2  # the same function, and tanh cannot overflow
        return self.A
        ### END SOLUTION

    def backward(self, dA):
        """dA: dE/dA, (batch, units) -> delta = dE/dZ of the same shape, for the last forward."""
        ### BEGIN SOLUTION
        return dA * self.A * (1 - self.A)
        ### END SOLUTION


lab.check("Logistic", Logistic)

# %% [markdown]
# ### Exercise 6: `Tanh` (1 point, 5 minutes, easy)
#
# The slope of $a = \tanh z$ is $1 - a^2$.


# %%
class Tanh:
    """The activation A = tanh(Z), elementwise."""

    def forward(self, Z):
        """Z: float array (batch, units) -> A of the same shape. Keeps what backward needs.

        Right for any size of number, and never nan: 1 for z = 1000 and -1 for z = -1000.
        """
        ### BEGIN SOLUTION
        self.A = np.tanh(Z)
        return self.A
        ### END SOLUTION

    def backward(self, dA):
        """dA: dE/dA, (batch, units) -> delta = dE/dZ of the same shape, for the last forward."""
        ### BEGIN SOLUTION
        return dA * (1 - self.A**2)
        ### END SOLUTION


lab.check("Tanh", Tanh)

# %% [markdown]
# ### Exercise 7: `ReLU` (1 point, 5 minutes, easy)
#
# ReLU is $\max(0, z)$: an open gate where $z > 0$, a closed one elsewhere. Gradients pass the same
# gates. At $z = 0$ exactly there is no slope; we agree on 0.


# %%
class ReLU:
    """The activation A = max(0, Z), elementwise."""

    def forward(self, Z):
        """Z: float array (batch, units) -> A of the same shape. Keeps what backward needs."""
        ### BEGIN SOLUTION
        self.open = Z > 0
        return np.maximum(0.0, Z)
        ### END SOLUTION

    def backward(self, dA):
        """dA: dE/dA, (batch, units) -> delta = dE/dZ of the same shape, for the last forward.

        Where z = 0, the slope is 0.
        """
        ### BEGIN SOLUTION
        return dA * self.open
        ### END SOLUTION


lab.check("ReLU", ReLU)

# %% [markdown]
# ### Losses
#
# At the end of the network stands the error. For classes it is softmax with cross-entropy. The
# scores $Z$ of an example become probabilities $y_k = e^{z_k} / \sum_j e^{z_j}$, and the error is
# $-\log$ of the probability of the true class. With targets as **one-hot** rows $T$ (a 1 at the
# true class, 0 elsewhere), and the mean over the batch:
#
# $$E = -\frac{1}{\text{batch}} \sum_n \sum_k T_{nk} \log Y_{nk}$$
#
# Softmax has a slope for every pair of classes: $\partial y_j / \partial z_k = y_j (1 - y_k)$ for
# $j = k$, and $-y_j y_k$ otherwise. Multiply that with the slope $-t_j / y_j$ of the cross-entropy
# and add up over $j$. Nearly everything cancels:
#
# $$\frac{\partial E}{\partial Z} = \frac{Y - T}{\text{batch}}$$
#
# "What you said minus what was true." Do the calculation once on paper, for two classes: it takes
# five lines.
#
# The logarithm needs care. When the network is sure and wrong, $y_k$ is so small that a float makes
# it 0, and $\log 0 = -\infty$. Write $\log y_k = z_k - \log \sum_j e^{z_j}$ instead; and recall
# what happens to softmax when you subtract the largest score of a row from that row.

# %% [markdown]
# ### Exercise 8: `SoftmaxCrossEntropy` (3 points, 20 minutes, medium)
#
# A loss is the last layer: `forward` gets the targets too and returns the error, and `backward`
# gets nothing, because here the gradients begin.


# %%
class SoftmaxCrossEntropy:
    """Softmax and cross-entropy in one: the error of scores Z against one-hot targets T."""

    def forward(self, Z, T):
        """Return E, the mean over the batch of -log(probability of the true class), a number.

        Z: scores, float array (batch, classes), of any size: E is right for 1000 and -1000 too,
        neither nan nor inf nor cut off. T: targets (batch, classes), 1.0 at the true class, 0.0
        elsewhere. Keeps what backward needs.
        """
        ### BEGIN SOLUTION
        Z = Z - Z.max(axis=1, keepdims=True)
        log_Y = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
        self.Y, self.T = np.exp(log_Y), T
        return -np.sum(T * log_Y) / len(T)
        ### END SOLUTION

    def backward(self):
        """Return dE/dZ of the last forward, (batch, classes); E is the mean over the batch."""
        ### BEGIN SOLUTION
        return (self.Y - self.T) / len(self.T)
        ### END SOLUTION


lab.check("SoftmaxCrossEntropy", SoftmaxCrossEntropy)

# %% [markdown]
# For numbers instead of classes, the error is half the **squared error**, summed over the units of
# an example and averaged over the batch:
#
# $$E = \frac{1}{2 \cdot \text{batch}} \sum_n \sum_k (Y_{nk} - T_{nk})^2$$
#
# The factor 1/2 is there for what it does to the gradient. (Keras has no 1/2, and also takes the
# mean over the units. Conventions differ: always look.)

# %% [markdown]
# ### Exercise 9: `SquaredError` (1 point, 5 minutes, easy)
#
# Mind the three factors: 1/2, the sum over the units, the mean over the batch.


# %%
class SquaredError:
    """Half the squared error of outputs Y against targets T."""

    def forward(self, Y, T):
        """Return E: 1/2 (Y - T)^2, summed over the units, averaged over the batch; a number.

        Y, T: float arrays (batch, units). Keeps what backward needs.
        """
        ### BEGIN SOLUTION
        self.Y, self.T = Y, T
        return np.sum((Y - T) ** 2) / (2 * len(Y))
        ### END SOLUTION

    def backward(self):
        """Return dE/dY of the last forward, (batch, units)."""
        ### BEGIN SOLUTION
        return (self.Y - self.T) / len(self.Y)
        ### END SOLUTION


lab.check("SquaredError", SquaredError)

# %% [markdown]
# ### The proof
#
# Do they fit together? A network is a list of layers: forward in this order, backward in the other.
# `backward` here also returns each $\delta = dE/dZ$ that arrives at a dense layer; we will look at
# those in section 5.


# %%
class Network:
    """Layers in a row."""

    def __init__(self, layers):
        self.layers = layers
        self.dense = [layer for layer in layers if isinstance(layer, Dense)]

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, gradient):
        """gradient: dE/d(output). Returns delta = dE/dZ at each dense layer, first to last."""
        deltas = []
        for layer in reversed(self.layers):
            if isinstance(layer, Dense):
                deltas.append(gradient)
            gradient = layer.backward(gradient)
        return deltas[::-1]


# %% [markdown]
# Now the test of section 2, for every weight and bias of a small network that has each of your
# layers in it: 4 inputs, 5 tanh units, 5 ReLU units, 4 logistic units, 3 outputs.


# %%
def small_network(rng):
    """Return a network with random weights that has every kind of layer in it."""
    sizes = [4, 5, 5, 4, 3]
    dense = [
        Dense(rng.normal(size=(n, units)), rng.normal(size=units))
        for n, units in zip(sizes, sizes[1:], strict=False)
    ]
    return Network([dense[0], Tanh(), dense[1], ReLU(), dense[2], Logistic(), dense[3]])


# %%
def gradient_errors(network, loss, X, T):
    """Return the relative error of dW and db of each dense layer, as a dict by name."""
    loss.forward(network.forward(X), T)
    network.backward(loss.backward())
    errors = {}
    for number, layer in enumerate(network.dense, 1):
        for name in ("W", "b"):
            mine = getattr(layer, f"d{name}")
            parameter = getattr(layer, name)

            def error_at(value, layer=layer, name=name):
                setattr(layer, name, value)
                return loss.forward(network.forward(X), T)

            errors[f"d{name}{number}"] = relative_error(
                numerical_gradient(error_at, parameter), mine
            )
            setattr(layer, name, parameter)
    return errors


# %%
rng = np.random.default_rng(SEED)
X_small, T_small = rng.normal(size=(6, 4)), np.eye(3)[rng.integers(3, size=6)]
errors = {
    loss: gradient_errors(small_network(rng), loss(), X_small, T_small)
    for loss in (SoftmaxCrossEntropy, SquaredError)
}

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
for (loss, of_loss), marker in zip(errors.items(), "os", strict=True):
    ax.semilogy(list(of_loss), list(of_loss.values()), marker, label=loss.__name__)
ax.axhline(1e-7, color="black", linestyle="--")
ax.text(0, 1.5e-7, "right below this line")
ax.set(ylabel="relative error", ylim=(1e-12, 1e-5))
ax.legend(loc="upper right")
plots.show(
    fig,
    alt="The relative error between your gradients and centred differences, for the weights and "
    "biases of four dense layers under both losses. All points lie below the line at 1e-7.",
)

# %% [markdown]
# A point above the line would tell you where to look. Spoil one of your layers on purpose, say by a
# missing factor in `Tanh.backward`, and run the cells again: which points move, and why only those?

# %%
assert max(error for of_loss in errors.values() for error in of_loss.values()) < 1e-7

# %% [markdown]
# ## 4. Your network reads digits
#
# **MNIST** are handwritten digits from American census workers and students, 28 × 28 pixels (LeCun
# and others, 1998). We use 5,000 of the 70,000: 3,500 to learn from, 500 for validation, and 1,000
# to be tested on, once, when all is chosen.

# %%
(images, digits), (images_test, digits_test) = datasets.mnist()
flat, X_test = images.reshape(-1, 784).astype(float), images_test.reshape(-1, 784).astype(float)
X, X_val = flat[:3500], flat[3500:]
T = np.eye(10)[digits[:3500]]  # (3500, 10), one-hot
digits_val = digits[3500:]
print("X", X.shape, " T", T.shape, " X_val", X_val.shape, " X_test", X_test.shape)

# %% tags=["hide-input"]
fig, axes = plots.figure(3, 10, width=7, height=2.3)
for ax, pixels in zip(axes.flat, images, strict=False):
    plots.image(ax, pixels)
plots.show(fig, alt="Thirty handwritten digits, 28 by 28 grey pixels each.")

# %% [markdown]
# ### A rolling ball
#
# Plain gradient descent takes each step from the present slope alone. In a long narrow valley it
# jumps from side to side and hardly moves along. **Momentum** lets it roll: a velocity $v$
# remembers the steps before, those to and fro cancel, those along the valley add up. With the
# learning rate $\eta$ and $\mu$ between 0 and 1:
#
# $$v \leftarrow \mu \, v - \eta \, \frac{dE}{dw}, \qquad w \leftarrow w + v$$

# %% [markdown]
# ### Exercise 10: `momentum_step` (2 points, 10 minutes, easy)
#
# One step, for one array of weights. The new velocity is used at once.


# %%
def momentum_step(w, dw, v, rate, momentum):
    """Take one step of gradient descent with momentum: v <- momentum v - rate dw, then w <- w + v.

    w: weights, dw: dE/dw, v: velocity; float arrays of one shape, which stay as they are.
    rate, momentum: numbers. Returns a tuple of two new arrays: the new w and the new v.
    """
    ### BEGIN SOLUTION
    v = momentum * v - rate * dw
    return w + v, v
    ### END SOLUTION


lab.check("momentum_step", momentum_step)

# %% [markdown]
# Now put it together. A weight matrix begins random; how large the random numbers are is a question
# for section 5. `he` draws them with a standard deviation of $\sqrt{2 / \text{inputs}}$.


# %%
def he(rng, inputs, units):
    """Weights (inputs, units) for ReLU: normal, variance 2 / inputs (He and others, 2015)."""
    return rng.normal(size=(inputs, units)) * np.sqrt(2 / inputs)


def build(sizes, activation, draw, rng):
    """Return a network of dense layers with these sizes, with activations between them."""
    layers = []
    for inputs, units in zip(sizes, sizes[1:], strict=False):
        layers += [Dense(draw(rng, inputs, units), np.zeros(units)), activation()]
    return Network(layers[:-1])  # the last layer gives scores, without an activation


# %% [markdown]
# One step of training: forward, error, backward, and each parameter moves.


# %%
def move(network, rate, momentum):
    """Move each parameter by its gradient, which backward has stored."""
    for layer in network.dense:
        if not hasattr(layer, "vW"):
            layer.vW, layer.vb = np.zeros_like(layer.W), np.zeros_like(layer.b)
        layer.W, layer.vW = momentum_step(layer.W, layer.dW, layer.vW, rate, momentum)
        layer.b, layer.vb = momentum_step(layer.b, layer.db, layer.vb, rate, momentum)


# %%
def train_step(network, loss, X, T, rate, momentum=0.9):
    """Learn from one batch, X and T. Returns its error before the step."""
    error = loss.forward(network.forward(X), T)
    network.backward(loss.backward())
    move(network, rate, momentum)
    return error


# %%
def batches(rng, count, size=50):
    """Yield the numbers 0 to count - 1 in random order, `size` at a time."""
    order = rng.permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]


def accuracy(network, X, digits):
    """Return the fraction of images whose largest score is that of the true digit."""
    return float(np.mean(network.forward(X).argmax(axis=1) == digits))


# %% [markdown]
# 3,500 images are few. A digit that is moved by one pixel is the same digit, so we move each batch
# at random, by −1, 0 or 1 pixel in both directions: this is **augmentation**, and each image comes
# in nine places. And the learning rate shrinks by a tenth after each epoch: large steps first, fine
# ones at the end.


# %%
def moved(rng, X):
    """Return the images X, (batch, 784), all moved by -1, 0 or 1 pixel down and to the right."""
    shift = tuple(rng.integers(-1, 2, size=2))
    return np.roll(X.reshape(-1, 28, 28), shift, axis=(1, 2)).reshape(X.shape)


# %%
def train(network, rng, epochs=30, rate=0.1):
    """Train on the digits. Returns the accuracy on the validation images after each epoch."""
    loss, curve = SoftmaxCrossEntropy(), []
    for epoch in range(epochs):
        for chosen in batches(rng, len(X)):
            train_step(network, loss, moved(rng, X[chosen]), T[chosen], rate * 0.9**epoch)
        curve.append(accuracy(network, X_val, digits_val))
    return curve


# %% [markdown]
# 150 hidden units, 30 epochs, 2,100 steps. It takes a few seconds.
#
# **Before you run the next cell:** guessing is right in 10 %. How far will it be after the first
# epoch, and how far at the end?

# %%
rng = np.random.default_rng(SEED)
network = build([784, 150, 10], ReLU, he, rng)
start = time.process_time()
curve = train(network, rng)
seconds = time.process_time() - start
took = "less" if seconds < 20 else "more"
print(f"{curve[-1]:.0%} of the validation images are right, with not a line of a framework,")
print(f"after {took} than 20 seconds of computing.")
assert 0.75 < curve[0] < 0.92 < curve[-1]

# %% tags=["hide-input"]
fig, ax = plots.figure()
ax.plot(range(1, 31), curve, "o-", markersize=4)
ax.axhline(0.95, color="black", linestyle="--", linewidth=1)
ax.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0.75, 1.0))
plots.show(
    fig,
    alt=f"Accuracy on the 500 validation images over 30 epochs: {curve[0]:.2f} after the first, "
    f"{curve[4]:.2f} after the fifth, and about 0.95, the dashed line, from the tenth on.",
)

# %% [markdown]
# The number of units, the rate, how it shrinks and the moves were chosen with validation images.
# Nothing is left to choose, so now the test images, once:

# %%
on_test = accuracy(network, X_test, digits_test)
print(f"{on_test:.0%} of the test images are right")
assert on_test > 0.94

# %% [markdown]
# What has a hidden unit learned to look for? Its weights are an image. And which digits are still
# wrong?

# %%
first, last = network.dense
units = np.argsort(-np.linalg.norm(last.W, axis=1))[:6]  # those that the scores depend on most
wrong = np.flatnonzero(network.forward(X_test).argmax(axis=1) != digits_test)[:6]
read = network.forward(X_test[wrong]).argmax(axis=1)

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 6, width=7, height=2.9)
for unit, ax in zip(units, axes[0], strict=True):
    plots.image(ax, first.W[:, unit].reshape(28, 28), f"unit {unit}", signed=True)
for ax, index, answer in zip(axes[1], wrong, read, strict=True):
    plots.image(ax, images_test[index], f"{digits_test[index]}, read as {answer}")
plots.show(
    fig,
    alt="Above: the weights of six hidden units as images, patches of positive and negative "
    "strokes near the centre. Below: six test digits that the network gets wrong, most of them odd "
    "shapes.",
)

# %% [markdown]
# ### Against Keras
#
# Now the comparison that counts. Keras gets the **same initial weights**, in 64-bit floats like
# ours. Importing it takes some seconds.

# %%
import keras

from course_utils.interpret import insight

# %%
rng = np.random.default_rng(SEED)
mine = build([784, 100, 10], ReLU, he, rng)
theirs = keras.Sequential(
    [
        keras.Input((784,), dtype="float64"),
        keras.layers.Dense(100, activation="relu", dtype="float64"),
        keras.layers.Dense(10, dtype="float64"),
    ]
)
theirs.set_weights([array for layer in mine.dense for array in (layer.W, layer.b)])
keras_loss = keras.losses.CategoricalCrossentropy(from_logits=True, dtype="float64")

# %% [markdown]
# The gradients first, on one batch of 50 images. `insight.gradients` asks what Keras computes with:
# TensorFlow, for one, records the forward pass and goes back through it, exactly as your `Value`
# does.

# %%
of_keras = insight.gradients(theirs, keras_loss, X[:50], T[:50])

loss = SoftmaxCrossEntropy()
loss.forward(mine.forward(X[:50]), T[:50])
mine.backward(loss.backward())
of_mine = [array for layer in mine.dense for array in (layer.dW, layer.db)]

# %%
for name, a, b in zip(("dW1", "db1", "dW2", "db2"), of_mine, of_keras, strict=True):
    agree = np.max(np.abs(a - b)) / np.max(np.abs(b))
    print(f"{name} {a.shape}:".ljust(18), "equal to 1e-5" if agree < 1e-5 else "DIFFERENT")
    assert agree < 1e-5

# %% [markdown]
# **Before you run the next cell:** both are now trained for ten epochs, on the same batches in the
# same order, with the same rate and momentum. How far apart will the two loss curves be at the end?

# %%
theirs.compile(keras.optimizers.SGD(learning_rate=0.125, momentum=0.875), loss=keras_loss)
order_of_mine, order_of_keras = np.random.default_rng(SEED), np.random.default_rng(SEED)

my_curve, keras_curve = [], []
for _ in range(10):
    steps = [
        train_step(mine, loss, X[chosen], T[chosen], rate=0.125, momentum=0.875)
        for chosen in batches(order_of_mine, len(X))
    ]
    my_curve.append(np.mean(steps))
    order = np.concatenate(list(batches(order_of_keras, len(X))))
    history = theirs.fit(X[order], T[order], batch_size=50, shuffle=False, verbose=0).history
    keras_curve.append(history["loss"][0])
assert np.allclose(my_curve, keras_curve, rtol=1e-3)

# %% tags=["hide-input"]
fig, ax = plots.figure()
ax.semilogy(range(1, 11), my_curve, linewidth=6, color=plots.PALETTE["sky"], label="your layers")
ax.semilogy(range(1, 11), keras_curve, "k--", linewidth=1.5, label="Keras")
ax.set(xlabel="epoch", ylabel="loss (cross-entropy)")
ax.legend()
plots.show(
    fig,
    alt="The training loss over ten epochs on a logarithmic axis, of your layers (a broad line) "
    "and of Keras (a dashed line): the dashed line runs along the middle of the broad one "
    "throughout.",
)

# %% [markdown]
# You cannot tell them apart. There is no secret in a framework: it does what you did, faster, and
# for more kinds of layers.
#
# ## 5. Why deep learning was hard
#
# Backpropagation was well known in 1986. Deep networks took twenty more years. The gradients were
# right; they were too small, or too large. Let us see both happen.
#
# ### (a) A neuron that is sure and wrong
#
# One logistic neuron, one example: input 1, target 0. Gradient descent has to bring its output
# down. It begins either with $w = 0.6, b = 0.9$, output 0.82, or with $w = b = 2$, output 0.98.
#
# **Before you run the next cell:** the second start is further from the target, so its error is
# larger. Under the squared error, which of the two starts will learn faster at first?


# %%
def unlearn(w, b, error):
    """Train a logistic neuron towards 0 for 300 steps. Returns its output at each step."""
    dense, logistic, squared = Dense(np.array([[w]]), np.array([b])), Logistic(), SquaredError()
    x, t, outputs = np.array([[1.0]]), np.array([[0.0]]), []
    for _ in range(300):
        y = logistic.forward(dense.forward(x))
        squared.forward(y, t)
        delta = logistic.backward(squared.backward()) if error == "squared error" else y - t
        dense.backward(delta)
        dense.W, dense.b = dense.W - 0.15 * dense.dW, dense.b - 0.15 * dense.db
        outputs.append(y[0, 0])
    return outputs


falls = {
    error: (unlearn(0.6, 0.9, error), unlearn(2.0, 2.0, error))
    for error in ("squared error", "cross-entropy")
}
for error, (near, far) in falls.items():
    print(
        f"{error}: after 100 steps {near[100]:.2f} from the near start, {far[100]:.2f} from the far"
    )
assert falls["squared error"][0][100] < 0.6 and falls["squared error"][1][100] > 0.9
assert max(outputs[100] for outputs in falls["cross-entropy"]) < 0.1

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=8, height=3.2, sharey=True)
for ax, (error, (near, far)) in zip(axes, falls.items(), strict=True):
    ax.plot(near, label="w = 0.6, b = 0.9")
    ax.plot(far, "--", label="w = 2, b = 2")
    ax.set(title=error, xlabel="step", ylim=(0, 1))
axes[0].set_ylabel("output (the target is 0)")
axes[1].legend()
plots.show(
    fig,
    alt="Two panels: the output of a neuron over 300 steps from two starts. Squared error: the "
    "start at 0.82 falls at once; the one at 0.98 stays flat for some 150 steps before it falls. "
    "Cross-entropy: both fall at once and are near 0 after some 100 steps.",
)

# %% [markdown]
# Under the squared error $\delta = (y - t) \, y (1 - y)$. Where the neuron is sure, $y (1 - y)$ is
# nearly 0: it is **saturated**, and the more wrong it is, the slower it learns. Under the
# cross-entropy the factor cancels, $\delta = y - t$: the more wrong, the faster. This mends the
# *last* layer. The hidden layers keep their factors.
#
# ### (b) Vanishing gradients
#
# A network with four hidden layers of 30 logistic units. Its weights have variance 1 / inputs,
# which was the common choice. We train it on 1,000 digits, all in one batch, and record how long
# $\delta$ is at each hidden layer, that is, how fast that layer learns.
#
# **Before you run the next cell:** which layer learns slowest: the first, the last, or a middle
# one? And by which factor?


# %%
def plain(rng, inputs, units):
    """Weights (inputs, units): normal, variance 1 / inputs."""
    return rng.normal(size=(inputs, units)) / np.sqrt(inputs)


def delta_norms(network, loss, X, T):
    """Return the length of delta = dE/dZ at each dense layer, over a whole batch, (layers,)."""
    loss.forward(network.forward(X), T)
    return np.array([np.linalg.norm(delta) for delta in network.backward(loss.backward())])


# %%
deep = build([784, 30, 30, 30, 30, 10], Logistic, plain, np.random.default_rng(SEED))
loss, norms = SoftmaxCrossEntropy(), []
for _ in range(200):
    norms.append(delta_norms(deep, loss, X[:1000], T[:1000])[:4])  # the four hidden layers
    train_step(deep, loss, X[:1000], T[:1000], rate=0.1)
norms = np.array(norms)  # (steps, layers)
ratio = norms[0, 3] / norms[0, 0]
print(f"last hidden layer against first, at the start: {round(ratio, -1):.0f} to 1")
assert 40 < ratio < 140

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
for number, (marker, style) in enumerate(zip("os^D", ("-", "--", "-.", ":"), strict=True)):
    ax.semilogy(norms[:, number], style, marker=marker, markevery=40, label=f"layer {number + 1}")
ax.set(xlabel="step", ylabel="length of delta")
ax.legend(title="hidden", loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="The length of delta at four hidden layers over 200 steps, on a logarithmic axis: four "
    "lines far apart, each layer a factor of about four below the one after it, the first one "
    "lowest.",
)

# %% [markdown]
# Between fifty and a hundred times, with only four layers. The layer next to the pixels, on which
# all others build, hardly moves. (Hochreiter found this in 1991.)
#
# ### (c) A product of Jacobians
#
# Why? From one layer's $z$ to the next leads $z' = f(z) \, W + b$. A small change $dz$ becomes
#
# $$dz' = dz \, J, \qquad J = \mathrm{diag}(f'(z)) \, W$$
#
# $J$ is the **Jacobian** of the step. Through many layers the Jacobians multiply:
#
# $$dz_L = dz_1 \, J_1 J_2 \cdots J_{L-1}$$

# %% [markdown]
# ### Exercise 11: `jacobian_product` (2 points, 15 minutes, medium)
#
# Multiply them, for one example. The factor $f'(z_i)$ belongs to everything that leaves unit $i$.


# %%
def jacobian_product(slopes, weights):
    """Multiply the Jacobians J = diag(f'(z)) W of layers in a row, the first layer's first.

    slopes: a list of float arrays (units,), f'(z) of each layer. weights: a list of as many
    float arrays W, (units, units of the next layer); the sizes may change from layer to layer.
    Returns the product J1 J2 ..., a float array (units of the first, units after the last).
    """
    ### BEGIN SOLUTION
    product = np.eye(len(slopes[0]))
    for s, W in zip(slopes, weights, strict=True):
        product = product @ (s[:, None] * W)
    return product
    ### END SOLUTION


lab.check("jacobian_product", jacobian_product)

# %% [markdown]
# A change goes forward through this product, and $\delta$ comes back through the same one:
# $\delta_1 = \delta_L \, (J_1 \cdots J_{L-1})^T$. So your `backward` and your product must agree.
# Ten hidden layers this time.


# %%
def slope(activation, z):
    """Return f'(z) of a layer class, elementwise: what its backward makes of ones."""
    layer = activation()
    layer.forward(z)
    return layer.backward(np.ones_like(z))


# %%
def products(network, activation, x):
    """Return the products of Jacobians at image x through 1, 2, ... layers, each (30, 30)."""
    z, slopes, weights, found = network.dense[0].forward(x[None]), [], [], []
    for layer in network.dense[1:-1]:
        slopes.append(slope(activation, z)[0])
        weights.append(layer.W)
        found.append(jacobian_product(slopes, weights))
        z = layer.forward(activation().forward(z))
    return found


# %%
DEEP = [784] + [30] * 10 + [10]
deep = build(DEEP, Logistic, plain, np.random.default_rng(SEED))
loss.forward(deep.forward(X[:1]), T[:1])
deltas = deep.backward(loss.backward())
agree = relative_error(deltas[0], deltas[9] @ products(deep, Logistic, X[0])[-1].T)
print("backward against the product:", "equal to 1e-7" if agree < 1e-7 else "DIFFERENT")
assert agree < 1e-7

# %% [markdown]
# How much a matrix stretches is told by its **singular values**: from the smallest to the largest
# factor, over all directions. Two things count, $f'$ and $W$. Weights of variance 1 / inputs leave
# a length as it is, on average over the directions. For logistic units $f' \le 1/4$. So each layer
# shrinks by 4 or more.
#
# **Before you run the next cell:** what do nine of them do?


# %%
def singular_values(network, activation, x):
    """Singular values of the product of Jacobians at image x, after 1, 2, ...: (depth, 30)."""
    return np.linalg.svd(np.array(products(network, activation, x)), compute_uv=False)


def average(values):
    """Root mean square over the last axis: how much a random direction is stretched."""
    return np.sqrt(np.mean(values**2, axis=-1))


values = singular_values(deep, Logistic, X[0])
print(f"average factor of one layer: {average(values)[0]:.2f}, of nine: {average(values)[-1]:.0e}")
assert values[-1, 0] < 1e-3 and average(values)[-1] < 1e-4 and 0.15 < average(values)[0] < 0.25

# %% tags=["hide-input"]
fig, ax = plots.figure()
depths = np.arange(1, 10)
ax.semilogy(depths, values[:, 0], "o-", label="largest")
ax.semilogy(depths, average(values), "s--", label="average (root mean square)")
ax.set(xlabel="depth (layers)", ylabel="singular value of the product")
ax.legend()
plots.show(
    fig,
    alt="Singular values of the product of Jacobians against depth, logarithmic axis: the largest "
    "falls in a straight line from about 0.5 to about 1e-5 over nine layers; the average runs "
    "below it, just as steep.",
)

# %% [markdown]
# ### (d) What mends it
#
# The product must neither shrink nor grow. Two screws can be turned: the slope of the activation,
# and the size of the weights.
#
# - **Glorot** initialisation (Glorot and Bengio, 2010): tanh, whose slope is 1 at 0, and weights of
#   variance 2 / (inputs + units).
# - **ReLU with He** initialisation (He and others, 2015): slope 1 where it is open. Half the units
#   are closed, so the variance doubles: 2 / inputs.
# - **Orthogonal** weights (Saxe and others, 2014): a matrix that only turns and never stretches;
#   all its singular values are 1.


# %%
def glorot(rng, inputs, units):
    """Weights (inputs, units): normal, variance 2 / (inputs + units)."""
    return rng.normal(size=(inputs, units)) * np.sqrt(2 / (inputs + units))


def orthogonal(rng, inputs, units):
    """Weights (inputs, units), inputs >= units, whose columns are of length 1 and perpendicular."""
    q, r = np.linalg.qr(rng.normal(size=(inputs, units)))
    return q * np.sign(np.diag(r))


# %%
def he_doubled(rng, inputs, units):
    """Twice as large as they should be."""
    return 2 * he(rng, inputs, units)


# %%
RECIPES = {
    "logistic, variance 1/inputs": (Logistic, plain),
    "tanh, Glorot": (Tanh, glorot),
    "ReLU, He": (ReLU, he),
    "tanh, orthogonal": (Tanh, orthogonal),
    "ReLU, twice He": (ReLU, he_doubled),
}

# %% [markdown]
# **Before you run the next cell:** the last recipe has weights twice too large. Where will its line
# go?

# %%
lengths, stretch = {}, {}
for name, (activation, draw) in RECIPES.items():
    net = build(DEEP, activation, draw, np.random.default_rng(SEED))
    lengths[name] = delta_norms(net, loss, X[:1000], T[:1000])[:10]
    stretch[name] = np.mean([average(singular_values(net, activation, x)) for x in X[:20]], axis=0)

spread = {name: norms[0] / norms[-1] for name, norms in lengths.items()}
for name, ratio in spread.items():
    print(f"{name:30} delta at the first layer is {ratio:8.1g} times that at the last")
assert spread["logistic, variance 1/inputs"] < 1e-5 and spread["ReLU, twice He"] > 100
assert all(0.1 < spread[name] < 10 for name in ("tanh, Glorot", "ReLU, He", "tanh, orthogonal"))

# %% tags=["hide-input"]
fig, (left, right) = plots.figure(1, 2, width=9, height=4.2)
for name, marker in zip(RECIPES, "os^Dv", strict=True):
    left.semilogy(range(1, 11), lengths[name], marker=marker, label=name)
    right.semilogy(range(1, 10), stretch[name], marker=marker)
left.set(xlabel="hidden layer", ylabel="length of delta", title="Gradient at each layer")
right.set(xlabel="depth (layers)", title="Product of Jacobians: average singular value")
fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
plots.show(
    fig,
    alt="Left: the length of delta at ten hidden layers for five recipes, logarithmic. Logistic "
    "units lose a factor of hundreds of thousands from the last layer to the first. Glorot, He and "
    "orthogonal weights stay nearly level. Twice He grows by hundreds towards the first. Right: "
    "the average singular value of the product of Jacobians by depth, in the same order: one line "
    "falls steeply, one rises, the other three stay within a factor of ten of 1.",
)

# %% [markdown]
# So it is a matter of size. Would larger weights not make up for the small slopes of logistic
# units? They also make $z$ larger, and far from 0 the slope is smaller still.
#
# **Before you run the next cell:** it draws logistic units with weights eight times as large as
# before. Does the product still shrink?


# %%
def scaled(kind, times):
    """Singular values (9, 30) for weights `times` as large as `plain`: mean of five images."""
    net = build(DEEP, kind, lambda *sizes: times * plain(*sizes), np.random.default_rng(SEED))
    return np.mean([singular_values(net, kind, x) for x in X[:5]], axis=0)


usual, larger = scaled(Logistic, 1)[-1], scaled(Logistic, 8)[-1]
for name, values in (("as before", usual), ("eight times", larger)):
    print(f"{name:12} largest {values[0]:.0e}, median {np.median(values):.0e}")
assert usual[0] < 1e-3 and larger[0] > 0.1 and np.median(larger) < 1e-4


# %% tags=["hide-input"]
def show_scale(activation, times):
    """Draw the singular values of the product for weights `times` as large as variance 1/inputs."""
    values = scaled({"logistic": Logistic, "tanh": Tanh, "ReLU": ReLU}[activation], times)
    curves = {
        "largest": values[:, 0],
        "average (root mean square)": average(values),
        "median": np.median(values, axis=1),
    }
    fig, ax = plots.figure(width=6.5)
    for (name, curve), style in zip(curves.items(), ("o-", "s--", "^:"), strict=True):
        ax.semilogy(range(1, 10), curve, style, label=name)
    ax.axhline(1, color="black", linewidth=1)
    ax.set(xlabel="depth (layers)", ylabel="singular value of the product", ylim=(1e-12, 1e6))
    ax.set_title(f"{activation}, weights {times:.2g} times as large")
    ax.legend(loc="lower left")
    plots.show(
        fig,
        alt=f"Singular values of the product of Jacobians against depth, {activation} units, "
        f"weights {times:.2g} times as large: after nine layers the largest is {values[-1, 0]:.0e}"
        f", the average {average(values)[-1]:.0e}, the median {np.median(values[-1]):.0e}.",
    )


show_scale("logistic", 8.0)

# %% [markdown]
# It does not shrink in every direction any more: a bound on $f'$ alone says little. But what passes
# are a few directions. In most of them, as the median says, nothing arrives: the more units are
# saturated, the fewer are left that hand anything on.
#
# **Playground.** Move the sliders.
#
# - tanh: at which size does the average stay near 1? Compare with Glorot's $\sqrt{2 / (30 + 30)}$
#   against our $\sqrt{1 / 30}$.
# - ReLU: at which size? Compare with He's.
# - How far can you go from that size before nine layers make a factor of 1000 of it?

# %%
ipywidgets.interactive(
    show_scale,
    activation=ipywidgets.Dropdown(options=["logistic", "tanh", "ReLU"], description="units"),
    times=ipywidgets.FloatLogSlider(1.0, base=2, min=-2, max=5, step=0.25, description="size"),
)

# %% [markdown]
# Does it matter for learning? Each of the five recipes gets five epochs, with the same rate.

# %%
reached = {}
for name, (activation, draw) in RECIPES.items():
    rng = np.random.default_rng(SEED)
    net = build(DEEP, activation, draw, rng)
    reached[name] = []
    with np.errstate(all="ignore"):  # the last one overflows
        for _ in range(5):
            steps = [train_step(net, loss, X[c], T[c], rate=0.01) for c in batches(rng, len(X))]
            reached[name].append(np.mean(steps))
    print(f"{name:30} loss in the fifth epoch: {reached[name][-1]:.2f}")

assert reached["logistic, variance 1/inputs"][-1] > 2.2 and not reached["ReLU, twice He"][-1] < 2.2
assert all(reached[name][-1] < 1 for name in ("tanh, Glorot", "ReLU, He", "tanh, orthogonal"))

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7)
for (name, losses), marker in zip(reached.items(), "os^Dv", strict=True):
    ax.plot(range(1, 6), losses, marker=marker, label=name)
ax.axhline(np.log(10), color="black", linestyle="--", linewidth=1)
ax.text(3.5, 2.13, "ln 10: guessing")
ax.set(xlabel="epoch", ylabel="loss (cross-entropy)", xticks=range(1, 6), ylim=(0, 2.5))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="Training loss of ten hidden layers over five epochs. Logistic units stay at ln 10, the "
    "loss of guessing. Glorot, He and orthogonal weights fall to well below 1. Of twice He "
    "there is no point: its loss is not a number.",
)

# %% [markdown]
# The logistic network does not learn at all: it guesses. With weights twice too large the gradients
# are so long that the first steps throw the weights away; after a few, the loss is `nan`.
#
# ### (e) Exploding gradients
#
# So too much is as bad as too little. It happens above all in networks that apply the same weights
# many times. A unit that feeds back into itself, $h \leftarrow \tanh(w h + b)$, sixteen times, with
# an error at the end: seen as a function of $w$, the error has a **cliff** (Pascanu and others,
# 2013). On its wall the gradient is huge, and one step throws you far away.
#
# The remedy is crude and works: **clip** the gradient. Its direction is right, its length is not.
# If the length of all gradients together is above a limit, shrink all of them by one and the same
# factor.

# %% [markdown]
# ### Exercise 12: `clip_by_norm` (2 points, 10 minutes, medium)
#
# The length (the norm) counts all numbers of all arrays: the root of the sum of all their squares.


# %%
def clip_by_norm(gradients, limit):
    """Shrink gradients that are too long together.

    gradients: a list of float arrays of any shapes, which stay as they are. limit: a number > 0.
    norm: the square root of the sum of the squares of all numbers in all arrays. Where it is above
    the limit, every array is multiplied by limit / norm; else they are returned as they came.
    Returns a list of arrays, of the same shapes in the same order.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = limit / norm if norm > limit else 1.0
    return [factor * g for g in gradients]
    ### END SOLUTION


lab.check("clip_by_norm", clip_by_norm)

# %% [markdown]
# We let your `Value` differentiate the unit that feeds back into itself. The way down begins at
# $w = 1.8$.
#
# **Before you run the next cell:** what will the walk without clipping do when it steps onto the
# wall?


# %%
def feedback_error(w):
    """The error of h after 16 rounds of h <- tanh(w h - 0.1), from 0.5; the target is 0.5."""
    h = 0.5
    for _ in range(16):
        h = (w * h - 0.1).tanh()
    return (h - 0.5) ** 2 * 0.5


def walk(limit):
    """Gradient descent from w = 1.8, gradients clipped to the limit. Returns all w and errors."""
    w, path = 1.8, []
    for _ in range(30):
        found = gradients(feedback_error, w=w)
        path.append((w, found["value"]))
        w = w - 0.3 * float(clip_by_norm([np.array([found["w"]])], limit)[0][0])
    return np.array(path).T


grid = np.linspace(0.8, 5.0, 421)
surface = [gradients(feedback_error, w=w)["value"] for w in grid]
paths = {"not clipped": walk(np.inf), "clipped to 0.2": walk(0.2)}
assert paths["not clipped"][1, -1] > 0.1 > 0.02 > paths["clipped to 0.2"][1, -1]

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=8, height=3.3, sharex=True, sharey=True)
for ax, (name, (w, error)) in zip(axes, paths.items(), strict=True):
    ax.plot(grid, surface, color="#999999")
    ax.plot(w, error, "o--", color=plots.PALETTE["vermillion"], linewidth=1, markersize=4)
    ax.plot(
        w[-1], error[-1], "s", color=plots.PALETTE["blue"], markersize=9, label="after 30 steps"
    )
    ax.set(title=name, xlabel="$w$")
axes[0].set_ylabel("error")
axes[0].legend()
plots.show(
    fig,
    alt="The error against w: a long gentle slope down to the left, to a minimum near "
    f"w = {grid[np.argmin(surface)]:.1f}, and "
    "just left of it a wall up to 0.7. Not clipped, the walk steps onto the wall and is thrown to "
    "w above 4, where it stays. Clipped, it steps back from the wall and ends in the minimum.",
)

# %% [markdown]
# Does it also save the recipe whose loss became `nan`? All gradients of a step together are now at
# most of length 1.
#
# **Before you run the next cell:** with clipping, will weights twice too large learn as well as
# those of the right size?


# %%
def clipped_step(network, loss, X, T, rate, limit, momentum=0.9):
    """As train_step, with all gradients together at most `limit` long."""
    error = loss.forward(network.forward(X), T)
    network.backward(loss.backward())
    clipped = clip_by_norm([g for layer in network.dense for g in (layer.dW, layer.db)], limit)
    for layer, dW, db in zip(network.dense, clipped[::2], clipped[1::2], strict=True):
        layer.dW, layer.db = dW, db
    move(network, rate, momentum)
    return error


rng = np.random.default_rng(SEED)
net = build(DEEP, ReLU, he_doubled, rng)
for epoch in range(1, 6):
    steps = [clipped_step(net, loss, X[c], T[c], 0.01, limit=1) for c in batches(rng, len(X))]
    print(f"epoch {epoch}: loss {np.mean(steps):.2f}")
print(f"with weights of the right size: {reached['ReLU, He'][-1]:.2f}")
assert reached["ReLU, He"][-1] + 0.5 < np.mean(steps) < np.log(10)

# %% [markdown]
# It learns, and slowly. Clipping is a railing; the right size of the weights is the road.
#
# ## 6. Three losses, by hand
#
# To end with, numbers that you can check on paper. Three kinds of question, three losses:
#
# | question | output | loss of one example |
# |---|---|---|
# | yes or no? | one probability $y$ | binary cross-entropy $-t \log y - (1 - t) \log (1 - y)$ |
# | which one of several classes? | probabilities that sum to 1 | cross-entropy $-\log y_k$ |
# | which of several labels? | a probability for each label | the binary one, summed over labels |
#
# Here $k$ is the true class. Several labels may be true at once, or none; the third is called
# multi-label log loss. The first is its case with one label, so one function
# does both.

# %% [markdown]
# ### Exercise 13: `log_loss` (2 points, 10 minutes, easy)
#
# One row is one example, one column one label.


# %%
def log_loss(T, Y):
    """Return the binary cross-entropy of each example, summed over its labels.

    T: targets (batch, labels), 0.0 or 1.0. Y: probabilities (batch, labels), strictly between 0 and
    1, however near, so that none needs to be changed. Returns a float array (batch,): the sum over
    the labels of -t log y - (1 - t) log(1 - y), with the natural logarithm.
    """
    ### BEGIN SOLUTION
    return -np.sum(T * np.log(Y) + (1 - T) * np.log(1 - Y), axis=1)
    ### END SOLUTION


lab.check("log_loss", log_loss)

# %% [markdown]
# **Binary cross-entropy.** Four examples, each with its target and its probability.
#
# **Before you run the next cell:** which of the four costs most?

# %%
t = np.array([0.0, 1.0, 0.0, 0.0])
y = np.array([0.211, 0.981, 0.723, 0.134])
binary = log_loss(t[:, None], y[:, None])
for row in zip(t, y, binary, strict=True):
    print("t = {:.0f}   y = {:.3f}   loss = {:.3f}".format(*row))
assert [f"{value:.3f}" for value in binary] == ["0.237", "0.019", "1.284", "0.144"]

# %% [markdown]
# **Cross-entropy.** Only the probability of the true class counts.
#
# | true class | its probability | loss |
# |---|---|---|
# | 3 | 0.6 | 0.511 |
# | 1 | 0.3 | 1.20 |
# | 2 | 0.7 | 0.357 |
# | 3 | 0.99 | 0.01 |
#
# If you know this table from the lectures: there the third row says 0.511. That is a misprint,
# taken over from the first row; $-\log 0.7$ is 0.357.

# %%
losses = [-np.log(probability) for probability in (0.6, 0.3, 0.7, 0.99)]
printed = [f"{losses[0]:.3f}", f"{losses[1]:.2f}", f"{losses[2]:.3f}", f"{losses[3]:.2f}"]
print("cross-entropy:", ", ".join(printed))
assert printed == ["0.511", "1.20", "0.357", "0.01"]

# %% [markdown]
# **Multi-label log loss.** Three labels; each may be there or not.

# %%
T_labels = np.array([[0.0, 0, 1], [1, 0, 1], [0, 1, 0], [1, 1, 1]])
Y_labels = np.array([[0.2, 0.4, 0.6], [0.3, 0.9, 0.2], [0.1, 0.7, 0.1], [0.8, 0.9, 0.99]])
multi = log_loss(T_labels, Y_labels)
for target, probabilities, value in zip(T_labels, Y_labels, multi, strict=True):
    print(f"t = {target.astype(int)}   y = {probabilities}   loss = {value:.3f}")
assert [f"{value:.3f}" for value in multi] == ["1.245", "5.116", "0.567", "0.339"]

# %% [markdown]
# The second row costs most by far: it says 0.9 for a label that is not there, and 0.2 for one that
# is. Being sure and wrong is what these losses punish.
#
# ## 7. What to take away
#
# - Backpropagation is the chain rule, worked from the error back to the inputs. Each step
#   multiplies what comes from the right by its own slope; shares that meet add up.
# - One pass back gives the gradient with respect to every weight. It has the shape of the weights.
# - Check each new gradient against centred differences, with $h = 10^{-5}$ and the relative error.
# - Softmax with cross-entropy gives $y - t$, and does not saturate.
# - Through many layers the Jacobians multiply. With weights of variance 1 / inputs logistic units
#   shrink gradients by 4 and more at each layer; ReLU or tanh with the right size of weights keeps
#   them; clipping tames those that explode.
#
# **Where it leads.** Your layers are what the frameworks are made of. A convolutional layer is one
# more pair of `forward` and `backward`, and now you know how to find its gradient, and how to prove
# it.

# %%
lab.progress()

# %% [markdown]
# **Sources**
#
# - A. E. Bryson and Y.-C. Ho, Applied Optimal Control, Blaisdell, 1969.
# - S. Linnainmaa, The representation of the cumulative rounding error of an algorithm as a Taylor
#   expansion of the local rounding errors (in Finnish), master's thesis, University of Helsinki,
#   1970.
# - P. J. Werbos, Beyond regression: new tools for prediction and analysis in the behavioral
#   sciences, doctoral thesis, Harvard University, 1974.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, Learning representations by back-propagating
#   errors, Nature 323, 1986, 533–536.
# - S. Hochreiter, Untersuchungen zu dynamischen neuronalen Netzen, diploma thesis, TU München,
#   1991.
# - X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural
#   networks, AISTATS 2010.
# - R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural networks,
#   ICML 2013.
# - A. M. Saxe, J. L. McClelland and S. Ganguli, Exact solutions to the nonlinear dynamics of
#   learning in deep linear neural networks, ICLR 2014.
# - K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers: surpassing human-level
#   performance on ImageNet classification, ICCV 2015.
# - The saturated neuron and the four hidden layers of 30 units follow M. A. Nielsen, Neural
#   Networks and Deep Learning, 2015, chapters 3 and 5.
# - Data: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document
#   recognition, Proceedings of the IEEE 86(11), 1998, 2278–2324.
