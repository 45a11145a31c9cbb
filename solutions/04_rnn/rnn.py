# %% [markdown]
# # Lab 4: Recurrent networks
#
# **After this lab you can**
#
# - step and unroll a recurrent network by hand, and send gradients back through time;
# - say when a plain recurrent network forgets, and what gates do about it;
# - build a TDNN, Elman's network and a NARX that lives on its own output, forecast a real series
#   with them, and judge the forecasts honestly;
# - train a network that writes text, say how good it is, and look at what its units remember.
#
# **Time:** about five and a half hours. The fourteen exercises take three and a half of them.
# Section 4 is a good place for a break.
#
# **It builds on** lab 2 (backward through a layer, checking a gradient, products of Jacobians,
# clipping) and on the Keras layers and models of lab 3.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("rnn_step")` gives a hint, and one more each time you call
# it. `lab.progress()` shows what is done. After a restart of the kernel run the cells of your
# answers again: **Run > Run All Above Selected Cell**.

# %%
from itertools import permutations

import numpy as np

from course_utils import datasets, plots
from course_utils.lab import Lab

SEED = 1  # another number gives other weights to start from, and the same conclusions

lab = Lab("04_rnn")

# %% [markdown]
# ## 1. A network with a memory
#
# The networks so far take an input, give an output, and forget both. Ask them twice, and they say
# the same thing twice. But a word means what it means because of the words before it, and today's
# temperature says more if you know yesterday's.
#
# A **recurrent** network keeps a **state** $h$, a vector of numbers. At each step it makes a new
# state out of the input and the old state, and an output out of the new state (Elman, 1990):
#
# $$h_t = \tanh(U x_t + W h_{t-1} + b), \qquad y_t = \mathrm{softmax}(V h_t)$$
#
# $U$, $W$, $V$ and $b$ are the same at every step. We count steps from 0, as Python does, so
# $h_{-1}$ is the state before anything came in. Mostly it is all zeros.
#
# On the left you see the network with its loop. On the right it is **unrolled**: one copy for each
# step, and the loop has become a chain.


# %% tags=["hide-input"]
def unrolled(ax, inputs, outputs, states, title=""):
    """Draw a recurrent network over time. inputs, outputs: at which steps it has one.
    states: how many steps there are."""
    boxes, arrows = {}, []
    for t in range(states):
        boxes[f"h{t}"] = (f"$h_{t}$", t, 1)
        if t > 0:
            arrows.append((f"h{t - 1}", f"h{t}", 0))
        if t in inputs:
            boxes[f"x{t}"] = (f"$x_{t}$", t, 0)
            arrows.append((f"x{t}", f"h{t}", 0))
        if t in outputs:
            boxes[f"y{t}"] = (f"$y_{t}$", t, 2)
            arrows.append((f"h{t}", f"y{t}", 0))
    plots.blocks(ax, boxes, arrows)
    ax.set(title=title, xlim=(-0.5, states - 0.5), ylim=(-0.5, 2.5))


# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=8, height=3.2)
folded = {"x": ("$x_t$", 0, 0), "h": ("$h_t$", 0, 1), "y": ("$y_t$", 0, 2)}
plots.blocks(axes[0], folded, [("x", "h", 0), ("h", "y", 0)])
angle = np.linspace(2.6, -2.6, 50)
loop = np.stack([0.45 + 0.32 * np.cos(angle), 1 + 0.3 * np.sin(angle)], axis=1)
axes[0].plot(*loop[:-1].T, color="#555555", linewidth=1)
arrow = {"arrowstyle": "->", "color": "#555555"}
axes[0].annotate("", xy=loop[-1], xytext=loop[-3], arrowprops=arrow)
for text, x, y in (("$U$", 0.05, 0.5), ("$V$", 0.05, 1.5), ("$W$", 0.82, 1)):
    axes[0].text(x, y, text, va="center")
axes[0].set(xlim=(-1.5, 1.5), ylim=(-0.5, 2.5))
unrolled(axes[1], range(4), range(4), 4)
for t in range(4):
    axes[1].text(t + 0.05, 0.5, "$U$", va="center")
    axes[1].text(t + 0.05, 1.5, "$V$", va="center")
    axes[1].text(t + 0.5, 1.15, "$W$" if t < 3 else "", ha="center")
plots.show(
    fig,
    alt="Left: boxes x, h and y, one above the other, joined by arrows U and V; an arrow W leads "
    "from h back to h. Right: the same over four steps. Each state is reached from the input of "
    "its step through U and from the state before through W, and leads to an output through V.",
)

# %% [markdown]
# Unrolled over 100 steps it is a network of 100 layers, all with the same weights. So it can take a
# sequence of any length, and what it learned about one place holds at every other. (Lab 3 shared
# weights over places of an image. This is the same idea, along time.)
#
# ### From columns to rows
#
# In the formula $x_t$ is a column of numbers. In code we work with a **batch**, one example in each
# row, as in the labs before. So everything is turned over, and the matrices stand on the right:
#
# | on paper, one example | in code, a batch | shape in code |
# |---|---|---|
# | $x_t$, a column | `x`, a row for each example | (batch, features) |
# | $h_t$, a column | `h`, a row for each example | (batch, units) |
# | $U x_t$ | `x @ U` | `U`: (features, units) |
# | $W h_{t-1}$ | `h @ W` | `W`: (units, units) |
# | $b$ | `b`, added to every row | `b`: (units,) |
# | $V h_t$ | `h @ V` | `V`: (units, classes) |
#
# The matrices of the code are those of the paper, transposed. Keras keeps them in the same way.
# From here on all formulas are in rows: $h_t = \tanh(x_t U + h_{t-1} W + b)$.

# %% [markdown]
# ### Exercise 1: `rnn_step` (1 point, 5 minutes, easy)
#
# One step, for a batch.


# %%
def rnn_step(x, h, U, W, b):
    """Return the next state, tanh(x U + h W + b).

    x: the input of this step (batch, features). h: the state before it (batch, units).
    U: (features, units), W: (units, units), b: (units,). All are arrays of numbers and stay as
    they are. Returns a float array (batch, units).
    """
    ### BEGIN SOLUTION
    return np.tanh(x @ U + h @ W + b)
    ### END SOLUTION


lab.check("rnn_step", rnn_step)

# %% [markdown]
# What can a state do? Take one unit, with weights made by hand: $U = 3$, $b = 0$, and for $W$ three
# numbers. The input is 0, but for two short pulses: +1 at step 5, −1 at step 25.
#
# **Before you run the next cell:** which of the three units can still tell you, ten steps later,
# which pulse it was? And is $W = 1$ enough to keep a number for ever?

# %%
pulses = np.zeros((45, 1))
pulses[5], pulses[25] = 1, -1

kept = {}
for weight in (0.5, 1.0, 2.0):
    h, states = np.zeros((1, 1)), []
    for x in pulses:
        h = rnn_step(x[None], h, np.array([[3.0]]), np.array([[weight]]), np.zeros(1))
        states.append(h[0, 0])
    kept[weight] = states
assert abs(kept[0.5][15]) < 0.01 and 0.2 < kept[1.0][15] < 0.6 and kept[2.0][24] > 0.9

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7)
ax.stem(np.arange(45), pulses[:, 0], linefmt="#BBBBBB", markerfmt=" ", basefmt=" ", label="input")
for (weight, states), style in zip(kept.items(), (":", "--", "-"), strict=True):
    ax.plot(states, style, label=f"$W$ = {weight:g}")
ax.set(xlabel="step", ylabel="state $h_t$", ylim=(-1.1, 1.1))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="The state of three units over 45 steps. After the pulse at step 5 all jump to about 1. "
    "With W = 0.5 the state is back at 0 after some ten steps; with W = 1 it creeps down to about "
    f"{kept[1.0][24]:.1f}; with W = 2 it stays near {kept[2.0][24]:.2f}. At the pulse at step "
    f"25 all jump down; with W = 2 the state flips to about {kept[2.0][-1]:.2f}, and stays.",
)

# %% [markdown]
# With $W = 0.5$ the pulse fades. With $W = 1$ it fades as well, only more slowly: tanh bends every
# state a little towards 0. With $W = 2$ the loop is stronger than the bend, and the unit has two
# states in which it can stay. It is a **bit of memory**, which a pulse sets and another one resets.
# That alone could be built by hand. The question of this lab is whether a network can *learn* what
# to remember, and for how long.
#
# ### A whole sequence
#
# A batch of sequences is an array (batch, time, features). Walk along its second axis.

# %% [markdown]
# ### Exercise 2: `rnn_forward` (2 points, 10 minutes, easy)
#
# Keep the state after every step. You may call `rnn_step`.


# %%
def rnn_forward(X, U, W, b, h0):
    """Run a recurrent layer along a batch of sequences.

    X: inputs (batch, time, features). U: (features, units), W: (units, units), b: (units,).
    h0: the state before the first step (batch, units). All are arrays of numbers, whole or not, and
    stay as they are. time is at least 1.
    Returns H, a float array (batch, time, units): H[:, t] is the state after the input X[:, t].
    """
    ### BEGIN SOLUTION
    H, h = np.zeros((*X.shape[:2], len(b))), h0
    for t in range(X.shape[1]):
        h = rnn_step(X[:, t], h, U, W, b)
        H[:, t] = h
    return H
    ### END SOLUTION


lab.check("rnn_forward", rnn_forward)

# %% [markdown]
# The output $y_t = \mathrm{softmax}(h_t V)$ needs no loop: `@` works on the last axis, so one
# product serves all steps of all sequences. The softmax is that of lab 1.


# %%
def softmax(Z):
    """Turn scores (..., classes) into probabilities along the last axis."""
    Z = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return Z / Z.sum(axis=-1, keepdims=True)


def weights(rng, *shapes):
    """Return random arrays of these shapes, normal, with variance 1 / (first number of shape)."""
    return [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes]


# %%
rng = np.random.default_rng(SEED)
U, W, b, V = weights(rng, (3, 5), (5, 5), (5,), (5, 2))
X = rng.normal(size=(4, 6, 3))  # 4 sequences of 6 steps with 3 features
H = rnn_forward(X, U, W, b, np.zeros((4, 5)))
Y = softmax(H @ V)
print("inputs", X.shape, "-> states", H.shape, "-> outputs", Y.shape)

# %% [markdown]
# Keras calls this layer `SimpleRNN`. Its weights are, in this order: `kernel` (our $U$),
# `recurrent_kernel` ($W$) and `bias` ($b$). With `return_sequences=True` it gives all states,
# without it the last one only. (Importing Keras takes some seconds.)

# %%
import keras
from keras import layers

from course_utils import training

training.set_seed(SEED)

# %%
layer = layers.SimpleRNN(5, return_sequences=True)
layer.build((None, None, 3))
layer.set_weights([U, W, b])
difference = np.abs(H - np.asarray(layer(X.astype("float32")))).max()
print("largest difference to Keras below 1e-5:", difference < 1e-5)
assert difference < 1e-5

# %% [markdown]
# ### What goes in, what comes out
#
# The same cell serves quite different tasks. What differs is at which steps there is an input, and
# at which outputs you look:

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 3, width=8.5, height=5)
unrolled(axes[0, 0], [0], [0], 1, "one to one")
unrolled(axes[0, 1], [0], range(3), 3, "one to many")
unrolled(axes[0, 2], range(3), [2], 3, "many to one")
unrolled(axes[1, 0], range(3), range(3), 3, "many to many, in step")
unrolled(axes[1, 1], range(2), range(2, 5), 5, "many to many, other length")
axes[0, 0].set_xlim(-1.5, 1.5)
axes[1, 2].set_axis_off()
plots.show(
    fig,
    alt="Five unrolled networks. One to one: one input, one state, one output. One to many: an "
    "input at the first of three steps, an output at each. Many to one: three inputs, an output at "
    "the last step. Many to many in step: an input and an output at each of three steps. Many to "
    "many of another length: inputs at two steps, then outputs at three more.",
)

# %% [markdown]
# | shape | for instance | in Keras |
# |---|---|---|
# | one to one | a picture → its class | no recurrent layer needed |
# | one to many | a picture → its caption | `RepeatVector`, then a layer with `return_sequences` |
# | many to one | a film review → good or bad | a recurrent layer as it is: its last state |
# | many to many, in step | a word → its part of speech | `return_sequences`, `TimeDistributed` |
# | many to many, other length | a sentence → its translation | many to one, then one to many |
#
# - `return_sequences=True` gives the state at every step instead of the last one.
# - `return_state=True` gives the last state as well, as a further output. You need it where the
#   state is to be the `initial_state` of another layer.
# - `RepeatVector(n)` turns a vector into a sequence: n times the same.
# - `TimeDistributed(layer)` applies a layer to each step by itself. (A `Dense` layer works on the
#   last axis, so it would do without. Other layers would not.)
#
# **Before you run the next cell:** write down its seven shapes. `None` stands for the batch.

# %%
x = keras.Input((6, 3))  # 6 steps with 3 features
last = layers.SimpleRNN(5)(x)
states = layers.SimpleRNN(5, return_sequences=True)(x)
print("last state only        ", last.shape)
print("return_sequences       ", states.shape)
print("return_state, SimpleRNN", *(t.shape for t in layers.SimpleRNN(5, return_state=True)(x)))
print("return_state, LSTM     ", *(t.shape for t in layers.LSTM(5, return_state=True)(x)))
print("RepeatVector(4)        ", layers.RepeatVector(4)(last).shape)
print("TimeDistributed(Dense) ", layers.TimeDistributed(layers.Dense(2))(states).shape)
print("Dense on the last state", layers.Dense(2)(last).shape)

# %% [markdown]
# `SimpleRNN` answers with its output and its state, which for this layer are the same. `LSTM`
# has two states, as you will see in section 3.
#
# ### An encoder and a decoder
#
# To translate, read the whole sentence first. An **encoder** reads it and ends in a state. A
# **decoder** starts from that state and writes, step by step, a sentence of another length
# (Cho and others, 2014; Sutskever and others, 2014):
#
# | part | what it does | gives |
# |---|---|---|
# | input | a sequence of any length | (time, features) |
# | encoder | a `SimpleRNN` | its last state (units,) |
# | repeat | that state, once for each step of the output | (steps, units) |
# | decoder | a second `SimpleRNN`; its **initial state** is that state too | (steps, units) |
# | output | at each step `Dense` with softmax | (steps, classes) |
#
# All that the decoder knows of the sentence has passed through one vector. That is a narrow place;
# attention was invented to get around it (Bahdanau and others, 2015).

# %% [markdown]
# ### Exercise 3: `encoder_decoder` (2 points, 15 minutes, medium)
#
# Build it in Keras's functional style: call a layer on what another one gave.
# `layer(x, initial_state=h)` lets a recurrent layer begin in a state.


# %%
def encoder_decoder(features, units, steps, classes):
    """Return the Keras model of the table, not compiled.

    features: of each step of the input; the number of its steps is left open (None). units: of the
    encoder and of the decoder, both SimpleRNN with tanh and bias. steps: of the output. classes:
    units of its softmax layer, which has a bias.
    Returns a keras.Model: (batch, time, features) -> (batch, steps, classes).
    """
    ### BEGIN SOLUTION
    inputs = keras.Input((None, features))
    code = layers.SimpleRNN(units)(inputs)
    repeated = layers.RepeatVector(steps)(code)
    states = layers.SimpleRNN(units, return_sequences=True)(repeated, initial_state=code)
    outputs = layers.TimeDistributed(layers.Dense(classes, activation="softmax"))(states)
    return keras.Model(inputs, outputs)
    ### END SOLUTION


lab.check("encoder_decoder", encoder_decoder)

# %%
translator = encoder_decoder(features=3, units=5, steps=4, classes=7)
for time in (2, 9):
    given = np.zeros((1, time, 3), dtype="float32")
    print(f"input {given.shape} -> output {tuple(translator(given).shape)}")

# %% [markdown]
# ## 2. Backpropagation through time
#
# How does such a network learn? Unrolled, it is a deep network, and lab 2 told how gradients go
# back through one. Two things are new: a state gets gradients from **two sides**, and all copies
# **share** their weights.
#
# Let $g_t$ be what step $t$'s own output sends to its state, $g_t = (\partial E_t / \partial y_t)
# (\partial y_t / \partial h_t)$; the error of the sequence is $E = \sum_t E_t$. The state also acts
# on everything later, through $h_{t+1}$. With $z_t$ for what stands inside tanh, and
# $\delta_t = \partial E / \partial z_t$:
#
# $$\frac{\partial E}{\partial h_t} = g_t + \delta_{t+1} W^T, \qquad
# \delta_t = \frac{\partial E}{\partial h_t} \odot (1 - h_t^2)$$
#
# ($\odot$ multiplies element by element; $1 - h^2$ is the slope of tanh.) Behind the last step
# comes nothing, so the second term is missing there. Go through the steps from the last to the
# first, and collect each step's share, as `Dense` did in lab 2:
#
# $$\frac{\partial E}{\partial U} = \sum_t x_t^T \delta_t, \qquad
# \frac{\partial E}{\partial W} = \sum_t h_{t-1}^T \delta_t, \qquad
# \frac{\partial E}{\partial b} = \sum_t \delta_t, \qquad
# \frac{\partial E}{\partial x_t} = \delta_t U^T$$
#
# This is **backpropagation through time**, BPTT (Werbos, 1990).
#
# **Before you write it:** at the first step, which state is $h_{t-1}$?

# %% [markdown]
# ### Exercise 4: `bptt` (3 points, 25 minutes, hard)
#
# One loop, backwards. The errors' part, $g_t$, is given for all steps.


# %%
def bptt(X, H, G, U, W, h0):
    """Send gradients back through a recurrent layer.

    X: its inputs (batch, time, features). H: its states (batch, time, units), as rnn_forward gives
    them. G: (batch, time, units), at each step what the outputs of that step alone send to its
    state. U: (features, units), W: (units, units). h0: the state before the first step (batch,
    units). All are float arrays and stay as they are.
    Returns a tuple of four float arrays: dE/dX in X's shape, dE/dU, dE/dW, and dE/db (units,).
    The last three are summed over steps and batch.
    """
    ### BEGIN SOLUTION
    dX, dU, dW, db = np.zeros_like(X), np.zeros_like(U), np.zeros_like(W), np.zeros(len(W))
    later = np.zeros_like(h0)
    for t in reversed(range(X.shape[1])):
        before = H[:, t - 1] if t > 0 else h0
        delta = (G[:, t] + later) * (1 - H[:, t] ** 2)
        dX[:, t] = delta @ U.T
        dU += X[:, t].T @ delta
        dW += before.T @ delta
        db += delta.sum(axis=0)
        later = delta @ W.T
    return dX, dU, dW, db
    ### END SOLUTION


lab.check("bptt", bptt)

# %% [markdown]
# ### Is it right?
#
# The check of labs 2 and 3: centred differences in random directions $d$. If the gradient is right,
# the slope along $d$ is the sum of the gradient times $d$.


# %%
def gradient_error(f, x, gradient, rng, h=1e-5, count=20):
    """Compare a gradient of f at x with centred differences in `count` random directions.

    f: from an array of x's shape to a number. Returns the relative error, as in lab 2.
    """
    directions = rng.normal(size=(count, *x.shape))
    measured = np.array([(f(x + h * d) - f(x - h * d)) / (2 * h) for d in directions])
    claimed = np.array([np.sum(gradient * d) for d in directions])
    lengths = np.linalg.norm(measured) + np.linalg.norm(claimed)
    return np.linalg.norm(measured - claimed) / lengths


# %% [markdown]
# The whole network, with softmax and cross-entropy at every step. For these two together lab 2
# found $y - t$, divided by the number of examples; here every step of every sequence is one.


# %%
def error_of(X, T, U, W, b, V):
    """Mean cross-entropy of a network over all steps. T: one-hot targets (batch, time, classes)."""
    H = rnn_forward(X, U, W, b, np.zeros((len(X), len(b))))
    return -np.mean(np.sum(T * np.log(softmax(H @ V)), axis=-1))


# %%
T = np.eye(2)[rng.integers(2, size=(4, 6))]
dZ = (Y - T) / Y[..., 0].size  # (batch, time, classes)
h0 = np.zeros((4, 5))
dX, dU, dW, db = bptt(X, H, dZ @ V.T, U, W, h0)

# %%
claims = {
    "dE/dX": (lambda a: error_of(a, T, U, W, b, V), X, dX),
    "dE/dU": (lambda a: error_of(X, T, a, W, b, V), U, dU),
    "dE/dW": (lambda a: error_of(X, T, U, a, b, V), W, dW),
    "dE/db": (lambda a: error_of(X, T, U, W, a, V), b, db),
}
for name, (f, parameter, gradient) in claims.items():
    error = gradient_error(f, parameter, gradient, rng)
    print(f"{name} {gradient.shape}:", "right" if error < 1e-7 else "WRONG")
    assert error < 1e-7

# %% [markdown]
# ### The long way of a gradient
#
# The loop of `bptt` adds up as it goes, and hides what happens. Let us take it apart: **one**
# sequence of four steps, and one error at the end, $E_3$. The matrix $W$ took part at four steps,
# and each use of it changed $E_3$ a little. So there are four terms:
#
# $$\frac{\partial E_3}{\partial W} = \sum_{k=0}^{3}
# \frac{\partial E_3}{\partial y_3} \, \frac{\partial y_3}{\partial h_3} \,
# \frac{\partial h_3}{\partial h_k} \, \frac{\partial h_k}{\partial W}$$
#
# The last factor counts only the use of $W$ at step $k$, as if $h_{k-1}$ were fixed. The one before
# it says how a change of $h_k$ reaches $h_3$. It passes every state in between, so it is a product,
# one Jacobian for each step:
#
# $$\frac{\partial h_3}{\partial h_k} = \prod_{j=k+1}^{3} \frac{\partial h_j}{\partial h_{j-1}}$$
#
# In rows, a small change $dh_{j-1}$ becomes $dh_j = dh_{j-1} J_j$ with
#
# $$J_j = W \, \mathrm{diag}(1 - h_j^2), \qquad \frac{\partial h_3}{\partial h_k} =
# J_{k+1} \, J_{k+2} \cdots J_3$$
#
# Entry (row $i$, column $m$) of $J_j$ says how much unit $i$ before the step moves unit $m$ after
# it: $W_{im} (1 - h_{jm}^2)$.

# %% [markdown]
# ### Exercise 5: `jacobian_products` (2 points, 15 minutes, medium)
#
# For one sequence, all products up to the last step. Begin at the end: what is
# $\partial h_3 / \partial h_3$?


# %%
def jacobian_products(H, W):
    """Return how a change of each state of one sequence reaches its last state.

    H: states (time, units), time at least 1. W: (units, units), so that the next state is
    tanh(x U + h W + b). Both are float arrays and stay as they are.
    Returns a float array P (time, units, units): P[k, i, m] is the derivative of H[-1, m] with
    respect to H[k, i], as in rows: a change dh of H[k] changes the last state by dh @ P[k].
    """
    ### BEGIN SOLUTION
    P = np.zeros((*H.shape, H.shape[1]))
    P[-1] = np.eye(H.shape[1])
    for k in reversed(range(len(H) - 1)):
        P[k] = W * (1 - H[k + 1] ** 2) @ P[k + 1]
    return P
    ### END SOLUTION


lab.check("jacobian_products", jacobian_products)

# %% [markdown]
# Now the four terms. We write $g = (\partial E_3 / \partial y_3)(\partial y_3 / \partial h_3)$.
# Term $k$ sends $g$ back to $h_k$ through the product, then into $W$ as `Dense` does.


# %%
def terms_of_dW(H, h0, g, W):
    """Return the share of each step in dE/dW, (time, units, units), for one sequence.

    H: states (time, units), h0: the state before (units,), g: dE / d(last state) (units,)."""
    before = np.vstack([h0[None], H[:-1]])
    deltas = (jacobian_products(H, W) @ g) * (1 - H**2)
    return before[:, :, None] * deltas[:, None, :]


# %%
four, start = X[:1, :4], rng.uniform(-1, 1, size=(1, 5))
h_four = rnn_forward(four, U, W, b, start)
last_only = np.zeros((1, 4, 5))
y_3 = softmax(h_four[0, 3] @ V)
last_only[0, 3] = (y_3 - T[0, 3]) @ V.T  # the error stands at the last step alone
terms = terms_of_dW(h_four[0], start[0], last_only[0, 3], W)
whole = bptt(four, h_four, last_only, U, W, start)[2]
assert np.allclose(terms.sum(axis=0), whole)

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 6, width=9.5, height=2.2)
limit = np.abs(whole).max()
titles = [f"k = {k}" for k in (3, 2, 1, 0)] + ["their sum", "bptt"]
for ax, matrix, title in zip(axes, [*terms[::-1], terms.sum(0), whole], titles, strict=True):
    plots.image(ax, matrix, title, signed=True).set_clim(-limit, limit)
plots.show(
    fig,
    alt="Six matrices of 5 by 5 numbers as colours. Those of k = 3 and k = 2 have strong "
    "colours, and different ones; those of k = 1 and k = 0 are paler and paler. Their sum and the "
    "gradient that bptt found look the same.",
)

# %% [markdown]
# Four terms, and their sum is the gradient. Each step further back puts one more Jacobian into the
# product. Lab 2 had the same product through layers. But there every layer had weights of its own.
# Here it is the **same $W$, over and over**.
#
# If $W$ shrinks what passes through it, the product shrinks at every step; if it stretches, the
# product may grow. Three matrices for 50 units:
#
# - **small:** random, and so small that its largest eigenvalue is about 0.5 in size;
# - **orthogonal:** it turns and never stretches, all its singular values are 1 (lab 2);
# - **large:** random, with a largest eigenvalue of about 3.
#
# In all three, the slope of tanh, $1 - h^2$, is 1 at most: it only ever shrinks.
#
# **Before you run the next cells:** sketch the norm of $\partial h_t / \partial h_{t-l}$ against
# the lag $l$, for the three. Which of them ends where, after 60 steps?


# %%
def recurrent_matrices(rng, units=50):
    """Return three matrices (units, units) by name."""
    normal = rng.normal(size=(units, units)) / np.sqrt(units)
    q, r = np.linalg.qr(rng.normal(size=(units, units)))
    return {"small": 0.5 * normal, "orthogonal": q * np.sign(np.diag(r)), "large": 3 * normal}


def noise_states(rng, W, steps=100):
    """States (steps, units) of one sequence: W fed with weak noise through every unit."""
    X = 0.1 * rng.normal(size=(1, steps, len(W)))
    return rnn_forward(X, np.eye(len(W)), W, np.zeros(len(W)), np.zeros((1, len(W))))[0]


# %%
rng = np.random.default_rng(SEED)
matrices = recurrent_matrices(rng)
walks = {name: [noise_states(rng, matrix) for _ in range(5)] for name, matrix in matrices.items()}

norms = {}
for name, matrix in matrices.items():
    products = [jacobian_products(H, matrix)[::-1][:61] for H in walks[name]]
    norms[name] = np.linalg.norm(products, ord=2, axis=(2, 3))  # the largest singular value
    print(f"{name:10} after 60 steps: {np.median(norms[name][:, -1]):.1g}")
assert norms["small"][:, -1].max() < 1e-10 and np.median(norms["large"][:, -1]) > 100
assert norms["orthogonal"][:, -1].min() > 1e-3 and norms["orthogonal"].max() < 1.001

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7, height=4)
lags = np.arange(61)
look = {"small": ("blue", "-"), "orthogonal": ("green", "--"), "large": ("vermillion", "-.")}
for name, (color, style) in look.items():
    ax.semilogy(lags, norms[name].T, style, color=plots.PALETTE[color], linewidth=1)
    ax.text(61, np.median(norms[name][:, -1]), name, color=plots.PALETTE[color], va="center")
ax.axhline(1, color="black", linewidth=0.8)
ax.set(xlabel="lag $l$ (steps)", ylabel=r"norm of $\partial h_t / \partial h_{t-l}$", xlim=(0, 72))
plots.show(
    fig,
    alt="The largest singular value of the product of Jacobians against the lag, 0 to 60 steps, "
    "logarithmic, five sequences for each of three matrices. Small: a straight fall to about "
    f"1e-18. Orthogonal: a slow fall to {np.median(norms['orthogonal'][:, -1]):.1g}. Large: a "
    "rise to somewhere between a thousand and a thousand million, the five sequences far apart.",
)

# %% [markdown]
# - **Small:** the gradient **vanishes**, by a half at every step. Whatever happened 60 steps ago,
#   the network will not learn that it mattered. (Hochreiter, 1991; Bengio and others, 1994.)
# - **Orthogonal:** of all three it keeps most. What it loses, it loses to tanh.
# - **Large:** the gradient **explodes**, and differently for each sequence. tanh does not save us:
#   the states are chaotic, and a small change now is a large one later.
#
# Note what the figure says of memory itself. $\partial h_t / \partial h_{t-l}$ is also how much of
# an old state is still to be seen in the present one.
#
# ### Truncated
#
# The full gradient needs all states of the whole sequence. For a text of a million characters that
# is too much. **Truncated** backpropagation (after Williams and Peng, 1990) cuts the sequence into
# pieces. Forward, the state goes on from one piece into the next. Backward, each piece is treated
# by itself, and gradients stop at its first step:


# %%
def truncated_bptt(X, H, G, U, W, h0, piece):
    """Sum the gradients dE/dU, dE/dW and dE/db of pieces of `piece` steps. Arguments as of bptt."""
    total = [np.zeros_like(U), np.zeros_like(W), np.zeros(len(W))]
    for first in range(0, X.shape[1], piece):
        part = slice(first, first + piece)
        before = H[:, first - 1] if first > 0 else h0
        found = bptt(X[:, part], H[:, part], G[:, part], U, W, before)[1:]
        total = [old + new for old, new in zip(total, found, strict=True)]
    return total


# %% [markdown]
# What is lost? A task that needs memory: the **echo**. At each step one of four symbols comes in,
# and the symbol of five steps ago is to come out. In a sequence of 24 steps the first five outputs
# do not count.


# %%
def echo_task(rng, batch=32, steps=24, lag=5, symbols=4):
    """Return one-hot inputs X and targets T, (batch, steps, symbols); zeros in T: no target."""
    X = np.eye(symbols)[rng.integers(symbols, size=(batch, steps))]
    T = np.zeros_like(X)
    T[:, lag:] = X[:, :-lag]
    return X, T


def echo_gradients(parameters, X, T, piece):
    """Return the mean cross-entropy of a network on a batch, and its gradients."""
    U, W, b, V = parameters
    h0 = np.zeros((len(X), len(b)))
    H = rnn_forward(X, U, W, b, h0)
    Y, counted = softmax(H @ V), T.sum()
    dZ = (Y * T.sum(axis=-1, keepdims=True) - T) / counted
    gradients = truncated_bptt(X, H, dZ @ V.T, U, W, h0, piece)
    error = -np.sum(T * np.log(Y + 1e-12)) / counted
    return error, [*gradients, np.einsum("ntu,ntk->uk", H, dZ)]


# %% [markdown]
# The training is that of lab 2, momentum and clipping. The recurrent matrix starts orthogonal.


# %%
def clipped(gradients, limit):
    """Shrink gradients whose common norm is above a limit. Returns them and the norm before."""
    norm = np.linalg.norm([np.linalg.norm(g) for g in gradients])
    return [g * min(1.0, limit / norm) for g in gradients], norm


def train_echo(piece, rate=0.1, limit=1.0, units=16, momentum=0.9):
    """Train on 800 batches of the echo. Returns their errors and the norms of their gradients.

    piece: length of the pieces of truncated backpropagation. limit: norm at which to clip."""
    rng = np.random.default_rng(SEED)
    U, b, V = weights(rng, (4, units), (units,), (units, 4))
    parameters = [U, 0.9 * recurrent_matrices(rng, units)["orthogonal"], 0 * b, V]
    velocities, errors, norms = [0 * p for p in parameters], [], []
    for _ in range(800):
        error, gradients = echo_gradients(parameters, *echo_task(rng), piece)
        gradients, norm = clipped(gradients, limit)
        velocities = [momentum * v - rate * g for v, g in zip(velocities, gradients, strict=True)]
        parameters = [p + v for p, v in zip(parameters, velocities, strict=True)]
        errors.append(error)
        norms.append(norm)
    return np.array(errors), np.array(norms)


# %% [markdown]
# **Before you run the next cell:** the network is trained with the full gradient (24 steps), and
# with pieces of 8, 4 and 2 steps. Which of the four can learn an echo after 5 steps?

# %%
runs = {piece: train_echo(piece) for piece in (24, 8, 4, 2)}
reached = {piece: errors[-100:].mean() for piece, (errors, _) in runs.items()}
print({f"pieces of {piece}": round(float(error), 3) for piece, error in reached.items()})
assert max(reached[24], reached[8]) < 0.3 and min(reached[4], reached[2]) > 0.8

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7)
for (piece, (errors, _)), style in zip(runs.items(), ("-", "--", "-.", ":"), strict=True):
    smooth = errors.reshape(-1, 20).mean(axis=1)
    name = "full" if piece == 24 else f"pieces of {piece}"
    ax.semilogy(np.arange(10, 800, 20), smooth, style, label=name)
ax.axhline(np.log(4), color="black", linewidth=0.8)
ax.text(400, 1.55, "ln 4: guessing", ha="center")
ax.set(xlabel="batch", ylabel="cross-entropy", ylim=(1e-3, 3))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="Cross-entropy on the echo task over 800 batches, logarithmic. With the full gradient and "
    "with pieces of 8 steps it falls to below 0.1. With pieces of 4 and of 2 steps it stays near "
    "ln 4, the error of guessing.",
)

# %% [markdown]
# An error at one step must reach the input of five steps before. In pieces of 4 or 2 steps no
# gradient ever gets so far. In a piece of 8 those of the last three steps do, and that is enough.
# So choose the pieces **longer than the memory that the task needs**. If you do not know it, try.
#
# Learning through fewer steps is not the same as remembering fewer: the states still run through
# the whole sequence. In the first hundred batches the pieces of 4 and 2 steps get below ln 4 as
# well: a random recurrent network echoes a little by itself, and $V$ learns to hear it.
#
# ### Clipping
#
# What explodes can be clipped, as in lab 2: where the common norm of all gradients is above a
# limit, shrink them by one factor. `clipped` has done so all along, though it had little to do.
# Now the full gradient again, with a rate of 0.5 instead of 0.1.
#
# **Before you run the next cell:** one run clips at a norm of 0.5, the other not at all. A single
# large step can do harm. How long does it last?

# %%
fast = {
    "clipped at 0.5": train_echo(24, rate=0.5, limit=0.5),
    "not clipped": train_echo(24, rate=0.5, limit=np.inf),
}
assert fast["clipped at 0.5"][0][-100:].mean() < 0.1 and fast["not clipped"][0][-100:].mean() > 1

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=8.5, height=3.4)
for (name, (errors, norms_seen)), style in zip(fast.items(), ("-", ":"), strict=True):
    axes[0].semilogy(np.arange(10, 800, 20), errors.reshape(-1, 20).mean(axis=1), style, label=name)
    axes[1].semilogy(np.arange(10, 800, 20), norms_seen.reshape(-1, 20).max(axis=1), style)
axes[0].set(xlabel="batch", ylabel="cross-entropy")
axes[1].set(xlabel="batch", ylabel="largest norm before clipping")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plots.show(
    fig,
    alt="Left: the error. Clipped, it falls to below 0.001. Not clipped, it jumps to ln 4 or more "
    "within the first 300 batches and stays there. Right: the largest norm of the gradient in "
    "every 20 batches. The run that clips has peaks of 5 to 10, one after the other, and they do "
    "no harm. The other has one of some tens, where its error jumps.",
)

# %% [markdown]
# Lab 2 had a cliff: one step off it throws the weights to where tanh is flat, and no slope leads
# back from there. Clipped, each such gradient still gives a step, but a short one.
#
# In Keras, an optimizer takes `global_clipnorm=0.5` for this rule. (`clipnorm=0.5` clips the
# gradient of each weight matrix by itself, which turns the direction a little.)
#
# ## 3. Gates
#
# Clipping helps against gradients that explode. Nothing brings back one that has vanished. The
# trouble is the product: at each step the state goes through $W$ and tanh, whether something new
# came in or not. It would be better to **keep** the state as it is, and to change it only when
# there is a reason.
#
# ### Long short-term memory
#
# The **LSTM** (Hochreiter and Schmidhuber, 1997) has a second state, the **cell** $c$, and changes
# it by adding. Three **gates** decide, for each unit, by numbers between 0 (closed) and 1 (open):
#
# - the **input gate** $i$: how much of the new candidate comes in;
# - the **forget gate** $f$: how much of the old cell stays (Gers and others, 2000);
# - the **output gate** $o$: how much of the cell is shown.
#
# Each gate looks at the input and at the last output $h_{t-1}$, and learns its own weights. With
# $\sigma(z) = 1 / (1 + e^{-z})$, the logistic function of lab 1, in rows:
#
# $$i_t = \sigma(x_t U_i + h_{t-1} W_i + b_i), \qquad
# f_t = \sigma(x_t U_f + h_{t-1} W_f + b_f), \qquad
# o_t = \sigma(x_t U_o + h_{t-1} W_o + b_o)$$
#
# $$\tilde c_t = \tanh(x_t U_c + h_{t-1} W_c + b_c)$$
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t, \qquad h_t = o_t \odot \tanh(c_t)$$
#
# (Mind the name: $f$ is open to *keep*.) Along the cell the Jacobian of a step is just
# $\mathrm{diag}(f_t)$: no $W$, no tanh. Where $f_t = 1$, a gradient passes unchanged. And the
# network itself decides where that is.
#
# ### Keras's order
#
# That makes four matrices $U$, four $W$, four $b$. Keras lays each four side by side, in the order
# **i, f, c, o**, so that one matrix product serves all:
#
# | weight | shape | columns |
# |---|---|---|
# | `kernel` | (features, 4 units) | $U_i \; U_f \; U_c \; U_o$ |
# | `recurrent_kernel` | (units, 4 units) | $W_i \; W_f \; W_c \; W_o$ |
# | `bias` | (4 units,) | $b_i \; b_f \; b_c \; b_o$ |
#
# `np.split(Z, 4, axis=1)` cuts such a matrix into its four parts.


# %%
def sigmoid(z):
    """The logistic function 1 / (1 + e^-z), for any size of z."""
    return (1 + np.tanh(z / 2)) / 2


# %% [markdown]
# ### Exercise 6: `lstm_step` (3 points, 20 minutes, medium)
#
# One step, with the weights laid out as Keras does it.


# %%
def lstm_step(x, h, c, U, W, b):
    """Take one step of an LSTM cell.

    x: the input of this step (batch, features). h, c: output and cell before it, both (batch,
    units). U: (features, 4 units), W: (units, 4 units), b: (4 units,): the weights of i, f, c and
    o side by side, in this order. All are float arrays and stay as they are.
    Returns a tuple of two new float arrays (batch, units): the new h and the new c.
    """
    ### BEGIN SOLUTION
    i, f, candidate, o = np.split(x @ U + h @ W + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(candidate)
    return sigmoid(o) * np.tanh(c), c
    ### END SOLUTION


lab.check("lstm_step", lstm_step)

# %% [markdown]
# Now along a sequence, next to Keras's layer with the same weights.


# %%
def run_lstm(X, U, W, b):
    """Return h and c after every step, (batch, time, units). X: (batch, time, features)."""
    h = c = np.zeros((len(X), len(W)))
    found = []
    for t in range(X.shape[1]):
        h, c = lstm_step(X[:, t], h, c, U, W, b)
        found.append((h, c))
    return [np.stack(states, axis=1) for states in zip(*found, strict=True)]


def keras_states(layer, X):
    """What a Keras layer makes of a batch X at every step, as an array."""
    return np.asarray(layer(X.astype("float32")))


X_long = np.random.default_rng(SEED).normal(size=(4, 30, 3))  # 4 sequences of 30 steps

# %%
U, W, b = weights(np.random.default_rng(SEED + 1), (3, 4 * 5), (5, 4 * 5), (4 * 5,))
lstm = layers.LSTM(5, return_sequences=True)
lstm.build(X_long.shape)
lstm.set_weights([U, W, b])
difference = np.abs(run_lstm(X_long, U, W, b)[0] - keras_states(lstm, X_long)).max()
print("largest difference to Keras below 1e-5:", difference < 1e-5)
assert difference < 1e-5

# %% [markdown]
# Others lay out the four parts differently: TensorFlow's old `BasicLSTMCell` had i, c, f, o, and
# papers have f, i, c, o. Weights from elsewhere must be put in order first. Nothing warns you if
# they are not: the shapes fit all the same.
#
# **Before you run the next cell:** it tries all 24 orders of the four blocks. How many give what
# Keras gives?


# %%
def reordered(matrix, order):
    """Put the four blocks of columns into another order, given as four letters of "ifco"."""
    blocks = dict(zip("ifco", np.split(matrix, 4, axis=-1), strict=True))
    return np.concatenate([blocks[letter] for letter in order], axis=-1)


# %%
wanted, gaps = keras_states(lstm, X_long), {}
for order in map("".join, permutations("ifco")):
    h = run_lstm(X_long, *(reordered(array, order) for array in (U, W, b)))[0]
    gaps[order] = np.abs(h - wanted).max()
right = [order for order, gap in gaps.items() if gap < 1e-5]
print("the same as Keras:", *right)
print(f"the other {len(gaps) - len(right)} are off by {min(sorted(gaps.values())[1:]):.2f} or more")
assert right == ["ifco"] and sorted(gaps.values())[1] > 1e-2

# %% [markdown]
# A second thing to know: a fresh LSTM layer of Keras has zeros for biases, except for the forget
# gate's, which are 1.

# %%
fresh = layers.LSTM(3)
fresh.build((None, None, 2))
for letter, part in zip("ifco", np.split(fresh.get_weights()[2], 4), strict=True):
    print(f"bias of {letter}: {part}")
for bias in (0, 1, 5):
    print(f"forget bias {bias}: f = {sigmoid(bias):.3f}, after 20 steps {sigmoid(bias) ** 20:.1g}")

# %% [markdown]
# With a bias of 0 the gate is half closed at first, and halves the cell at each step: vanishing, as
# before. With 1 it begins more open (Jozefowicz and others, 2015). Where a task needs a very long
# memory, begin with more.
#
# ### The gated recurrent unit
#
# The **GRU** (Cho and others, 2014) does with two gates and one state. The **update gate** $z$
# decides between old state and candidate, the **reset gate** $r$ how much the candidate sees of the
# old state:
#
# $$z_t = \sigma(x_t U_z + b_z + h_{t-1} W_z + b'_z), \qquad
# r_t = \sigma(x_t U_r + b_r + h_{t-1} W_r + b'_r)$$
#
# $$\tilde h_t = \tanh\big(x_t U_h + b_h + r_t \odot (h_{t-1} W_h + b'_h)\big), \qquad
# h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$$
#
# Three things to know of Keras's GRU:
#
# - The order is **z, r, h**.
# - There are **two biases**, $b$ of the input and $b'$ of the state. `bias` has the shape
#   (2, 3 units), with $b$ in its first row. For $z$ and $r$ they add up to one; for $\tilde h$
#   they do not, since $r$ stands between them.
# - $r$ multiplies **after** the product with $W_h$ (`reset_after=True`). In the first paper it came
#   before, $(r_t \odot h_{t-1}) W_h$, with a single bias: `reset_after=False`. The newer form can
#   be computed by one product for all three, as graphics cards like it.
#
# And mind $z$: here an open gate **keeps** the old state. Some papers have it the other way round.

# %% [markdown]
# ### Exercise 7: `gru_step` (2 points, 15 minutes, medium)
#
# One step of the newer form, with the weights laid out as Keras does it.


# %%
def gru_step(x, h, U, W, b):
    """Take one step of a GRU cell that resets after the product.

    x: the input of this step (batch, features). h: the state before it (batch, units).
    U: (features, 3 units), W: (units, 3 units), b: (2, 3 units): the weights of z, r and h side by
    side, in this order; b[0] goes with the input, b[1] with the state. All are float arrays and
    stay as they are. Returns the new state, a float array (batch, units).
    """
    ### BEGIN SOLUTION
    z_x, r_x, h_x = np.split(x @ U + b[0], 3, axis=1)
    z_h, r_h, h_h = np.split(h @ W + b[1], 3, axis=1)
    z, r = sigmoid(z_x + z_h), sigmoid(r_x + r_h)
    return z * h + (1 - z) * np.tanh(h_x + r * h_h)
    ### END SOLUTION


lab.check("gru_step", gru_step)

# %%
U, W, b = weights(np.random.default_rng(SEED + 1), (3, 3 * 5), (5, 3 * 5), (2, 3 * 5))
h, found = np.zeros((4, 5)), []
for t in range(X_long.shape[1]):
    h = gru_step(X_long[:, t], h, U, W, b)
    found.append(h)
found = np.stack(found, axis=1)

for reset_after in (True, False):
    gru = layers.GRU(5, return_sequences=True, reset_after=reset_after)
    gru.build(X_long.shape)
    gru.set_weights([U, W, b if reset_after else b.sum(axis=0)])
    gap = np.abs(found - keras_states(gru, X_long)).max()
    words = "the same" if gap < 1e-5 else f"off by up to {gap:.2f}"
    print(f"Keras with reset_after={reset_after}: {words}")
    assert (gap < 1e-5) == reset_after

# %% [markdown]
# Two formulas under one name, and both are called GRU. When you load weights, look which it was.
#
# Gates have their price in parameters. Each set of weights counts once for each part:

# %%
for name, parts in (("SimpleRNN", 1), ("GRU", 3), ("LSTM", 4)):
    layer = getattr(layers, name)(50)
    layer.build((None, None, 10))
    print(f"{name:9}  10 features, 50 units: {layer.count_params():6,} parameters, {parts} part(s)")

# %% [markdown]
# ### Watching the gates
#
# What do the gates of a trained network do? A task to watch them at: two inputs come in at each
# step, a number and a mark. The network is to say the number that stood at the **last mark**, at
# every step, until the next mark comes. Between the marks there are other numbers, to distract it.


# %%
def hold_task(rng, batch, steps=40, chance=0.08):
    """Return X (batch, steps, 2), a number from -1 to 1 and a mark 0 or 1 at each step, and T
    (batch, steps, 1), the number at the last mark. There is always a mark at step 0."""
    numbers = rng.uniform(-1, 1, size=(batch, steps))
    marks = rng.random((batch, steps)) < chance
    marks[:, 0] = True
    last = np.maximum.accumulate(np.where(marks, np.arange(steps), 0), axis=1)
    held = np.take_along_axis(numbers, last, axis=1)
    return np.stack([numbers, marks], axis=-1), held[..., None]


rng = np.random.default_rng(SEED)
X, T = hold_task(rng, 2048)
training.set_seed(SEED)
holder = keras.Sequential(
    [keras.Input((None, 2)), layers.LSTM(4, return_sequences=True), layers.Dense(1)]
)
holder.compile(keras.optimizers.Adam(0.02), "mse")
holder.fit(X, T, batch_size=64, epochs=14, verbose=0)
X_new, T_new = hold_task(rng, 200)
said = holder.predict(X_new, verbose=0)
print(f"on new sequences: error {np.mean((said - T_new) ** 2):.3f}; ", end="")
print(f"always saying 0 has {np.mean(T_new**2):.3f}")
assert np.mean((said - T_new) ** 2) < 0.02

# %% [markdown]
# Your `run_lstm` gives the states of the trained network, and the states give the gates.


# %%
def gates(X, h, U, W, b):
    """Return i, f and o at every step, by name, each (batch, time, units). h: states of X."""
    before = np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)
    parts = np.split(X @ U + before @ W + b, 4, axis=-1)
    i, f, _, o = (sigmoid(part) for part in parts)
    return {"input gate $i$": i, "forget gate $f$": f, "output gate $o$": o}


# %%
h, c = run_lstm(X_new, *holder.layers[0].get_weights())
opened = gates(X_new, h, *holder.layers[0].get_weights())
marked = X_new[..., 1] > 0
one = np.argmin(np.abs(marked.sum(axis=1) - 5))  # a sequence with about five marks

# %% [markdown]
# **Before you run the next cell:** what do you expect the forget gates to do at a mark, and what
# between two marks?

# %% tags=["hide-input"]
fig, axes = plots.figure(4, 1, width=8, height=6, sharex=True)
axes[0].plot(X_new[one, :, 0], ".", color="#999999", label="number")
axes[0].plot(T_new[one], drawstyle="steps-mid", label="to be said")
axes[0].plot(said[one], "--", color=plots.PALETTE["vermillion"], label="said")
axes[0].set_ylim(-1.1, 1.1)
axes[0].legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
for ax, (name, values) in zip(axes[1:], opened.items(), strict=True):
    drawn = ax.imshow(values[one].T, cmap="viridis", vmin=0, vmax=1, aspect="auto")
    ax.set(ylabel="unit", yticks=range(4))
    ax.set_title(name)
    ax.grid(False)
for ax in axes:
    for step in np.flatnonzero(marked[one]):
        ax.axvline(step, color="black", linestyle=":", linewidth=1)
fig.colorbar(drawn, ax=axes[1:], label="0 closed, 1 open")
axes[-1].set_xlabel("step (dotted: a mark)")
plots.show(
    fig,
    alt="Above: the numbers that come in, the one to be said, which is constant from mark to mark, "
    "and what the network says, close to it. Below: the input, forget and output gates of four "
    "units as colours over 40 steps. At every mark the forget gates turn dark, closed, for one "
    "step, and some input gates light, open; in between the forget gates are light.",
)

# %%
for name, values in opened.items():
    at, between = values[marked].mean(), values[~marked].mean()
    print(f"{name.replace('$', ''):13} mean at a mark {at:.2f}, between marks {between:.2f}")
f = opened["forget gate $f$"]
assert f[marked].mean() < 0.4 < 0.55 < f[~marked].mean()

# %% [markdown]
# Nobody told the network what a gate is for. At a mark the forget gates close, and the old number
# is gone; between marks they are open. They need not be open all the way: what the cell loses in a
# step, the network can put back through its own output $h$ and the input gate. Each unit found its
# own way, and another seed finds others.

# %% [markdown]
# ## 4. Memory, measured
#
# From here on Keras steps and unrolls. The question of this section: over how many steps does a
# network remember, not in principle, but after a training that one can afford?

# %%
from course_utils.experiments import comparison, memory, running
from course_utils.models import recurrent
from course_utils.sequences.series import nmse, split_in_time, windows

# %% [markdown]
# ### The adding problem
#
# A task made for nothing but memory (Hochreiter and Schmidhuber, 1997). At each step the network
# sees two numbers: a random one between 0 and 1, and a mark. The mark is 1 at two steps, one in
# the first half of the sequence and one in the second, and 0 elsewhere. At the end the network is
# to say the sum of the two marked numbers.

# %%
x_add, t_add = datasets.adding_problem(batch=1, lag=20, seed=SEED)
numbers, marks = x_add[0].T

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7, height=2.4)
bars = ax.bar(range(20), numbers, color=plots.PALETTE["sky"])
for step in np.flatnonzero(marks):
    bars[step].set_color(plots.PALETTE["vermillion"])
    ax.text(step, numbers[step] + 0.03, f"{numbers[step]:.2f}", ha="center")
ax.set(xlabel="step", ylabel="number", ylim=(0, 1.15), xticks=range(0, 20, 5))
ax.set_title(f"the sum of the two marked numbers is {t_add[0, 0]:.2f}")
plots.show(
    fig,
    alt="Twenty bars of random height between 0 and 1. Two of them are marked by their colour, one "
    "in the first half and one in the second; the title gives the sum of their heights.",
)

# %% [markdown]
# **Before you go on:** a network that has understood nothing can still do one thing: always say
# the same number. Which number is best, and what is its mean squared error? (A number drawn evenly
# from 0 to 1 has the variance 1/12.)
#
# The best constant is 1, with an error of 2/12, one sixth. An error of one sixth means: nothing
# was remembered.
#
# A GRU of 32 units, 20 steps, 480 batches of 64 sequences. Each sequence is new, so nothing can be
# learned by heart.

# %%
learned = memory.learn_adding("gru", lag=20, batches=480, seed=SEED)
assert learned[-1].error < 1 / 60

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
ax.semilogy([point.batches for point in learned], [point.error for point in learned], "o-")
ax.axhline(1 / 6, color="black", linestyle="--", linewidth=1)
ax.text(480, 1 / 6 * 1.1, "always saying 1", ha="right")
ax.set(xlabel="batches", ylabel="mean squared error", ylim=(1e-3, 0.4), xlim=(0, 490))
plots.show(
    fig,
    alt="The error of the GRU on new sequences against the batches it was trained on, logarithmic. "
    "It begins near the line of one sixth and then falls by more than a factor of ten.",
)

# %% [markdown]
# And with 50, 100 or 200 steps, and with other cells? That takes longer than this lab has, so it
# was done before: `data/adding_problem.csv` holds the errors of four networks, all with 32 units
# and 1,200 batches. The **plain** one has tanh units and weights drawn after Glorot. The
# **orthogonal** one is the same, but its recurrent matrix begins as a rotation: it makes no state
# longer or shorter. The others are the **LSTM** and the **GRU**.
#
# **Before you run the next cell:** which of the four will be the first to fall back to one sixth,
# and at about which lag?

# %%
record = memory.recorded_adding()
final = {(point.cell, point.lag): point.error for point in record}  # the last of each training
cells = list(dict.fromkeys(point.cell for point in record))
lags = sorted({point.lag for point in record})

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
for cell, style in zip(cells, ("s--", "^-.", "o-", "D:"), strict=True):
    known = [lag for lag in lags if (cell, lag) in final]
    ax.semilogy(known, [final[cell, lag] for lag in known], style, label=cell)
ax.axhline(1 / 6, color="black", linestyle="--", linewidth=1)
ax.text(lags[-1], 1 / 6 * 1.15, "always saying 1", ha="right")
ax.set(xlabel="lag (steps)", ylabel="mean squared error", xticks=lags, ylim=(1e-4, 0.5))
ax.legend(loc="center right")
plots.show(
    fig,
    alt="Mean squared error against the lag, logarithmic, of four networks. At lag 20 all are "
    "well below one sixth. From lag 50 on plain and orthogonal lie on the line of one sixth. The "
    "LSTM stays far below it up to lag 100, the GRU at every lag.",
)

# %%
for cell in cells:
    solved = [lag for lag in lags if final.get((cell, lag), 1) < 1 / 60]
    longest = f"up to lag {max(solved)}" if solved else "at no lag"
    print(f"{cell:12} a tenth of the error of saying 1, or less: {longest}")
assert all(final[cell, 50] > 1 / 10 for cell in ("plain", "orthogonal"))
assert all(final[cell, 50] < 1 / 60 for cell in ("gru", "lstm"))

# %% [markdown]
# The gates make the difference, as section 3 promised: where a forget or an update gate stands
# open, state and gradient pass unchanged. But they are no guarantee: look at lag 200, where 1,200
# batches were enough for one of the two only. A rotation at the start helps less than one would
# hope: it lasts until the first steps of training have moved the weights, and tanh shrinks whatever
# is large. Any of them may learn longer lags with more care and more batches; here all had the
# same.
#
# ### Waves: predicted, and continued
#
# Now a task with an output at every step: read a wave, and say at each step what comes next. Two
# families of waves:
#
# - **chirps**: sines whose frequency rises, here from 0.03 to 0.1 cycles per step. They begin at
#   a random point of the cycle;
# - **harmonics**: sums of a sine of 20 steps and its overtone of 10, with random amplitudes and
#   beginnings.

# %%
STEPS, KNOWN = 100, 60


def two_families(count, seed):
    """Return `count` chirps and as many sums of harmonics, each float32 (count, 100)."""
    chirps = datasets.chirps(count, STEPS, low=0.03, high=0.1, seed=seed)
    harmonics = datasets.harmonics(count, STEPS, period=20, partials=2, seed=seed)
    return {"chirp": chirps, "harmonics": harmonics}


# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=8, height=2.4, sharey=True)
for ax, (name, waves) in zip(axes, two_families(2, seed=SEED).items(), strict=True):
    ax.plot(waves[0])
    ax.plot(waves[1], "--")
    ax.set(title=name, xlabel="step")
axes[0].set_ylabel("value")
plots.show(
    fig,
    alt="Left two chirps, sines whose cycles become shorter and shorter; right two sums of two "
    "sines, which repeat every 20 steps, each with a shape of its own.",
)

# %% [markdown]
# One network for both. It is many to many: a GRU that hands on its state at every step, and a
# dense layer that makes a prediction of each state.
#
# We will need it in two forms. For training it reads whole waves, each from an empty memory. For
# going on by itself it must read **one step at a time and keep its state** in between. Keras calls
# such a layer **stateful**. It keeps one state for each row of the batch, so the batch must have a
# fixed size, which is part of the input's shape: `batch_shape=(batch, length, features)`.

# %% [markdown]
# ### Exercise 8: `wave_network` (2 points, 15 minutes, medium)
#
# Build the network, in either form.


# %%
def wave_network(batch_shape, units, stateful):
    """Return a network that predicts at each step of a wave the next value, untrained.

    batch_shape: a tuple (batch, length), None where it is free. units: of the one recurrent layer,
    a GRU as Keras makes it. stateful: whether the GRU keeps its state from one batch to the next.
    Returns a keras.Model from (batch, length, 1) to (batch, length, 1); the output layer is dense,
    linear, and works on every step's state alone.
    """
    ### BEGIN SOLUTION
    waves = keras.Input(batch_shape=(*batch_shape, 1))
    states = keras.layers.GRU(units, return_sequences=True, stateful=stateful)(waves)
    return keras.Model(waves, keras.layers.Dense(1)(states))
    ### END SOLUTION


lab.check("wave_network", wave_network)

# %% [markdown]
# In training the network reads the true wave at each step, whatever it forecast itself: **teacher
# forcing** (Williams and Zipser, 1989). Two networks are trained so. One reads clean waves. To the
# inputs of the other some noise is added, new in each epoch, while the targets stay clean: an
# **augmentation** of the data, as turned or shifted pictures are one.


# %%
def trained_reader(noise, epochs=50):
    """Train a network on 192 waves. noise: its standard deviation at the inputs."""
    training.set_seed(SEED)
    reader = wave_network((None, None), 48, stateful=False)
    noisy = keras.Sequential([keras.Input((None, 1)), layers.GaussianNoise(noise), reader])
    waves = np.concatenate(list(two_families(96, seed=0).values()))[..., None]  # (192, 100, 1)
    rate = keras.optimizers.schedules.CosineDecay(1e-2, epochs * 6)
    noisy.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "mse")
    noisy.fit(waves[:, :-1], waves[:, 1:], batch_size=32, epochs=epochs, verbose=0)
    return reader


readers = {"clean": trained_reader(0), "noisy": trained_reader(0.2)}

# %% [markdown]
# To **continue** a wave, read the first 60 steps of it. Then take the prediction for the next
# value, and give it to the network as if it had been read. A forecast that lives on its own
# forecasts is called **free-running**.


# %%
def continue_waves(reader, known, steps):
    """Return what the network says comes after waves (count, length): (count, steps)."""
    writer = wave_network((len(known), 1), 48, stateful=True)
    for own, given in zip(writer.trainable_weights, reader.trainable_weights, strict=True):
        own.assign(np.asarray(given))
    for value in known.T:
        value = writer.predict_on_batch(value[:, None, None])
    said = [value]
    while len(said) < steps:
        said.append(writer.predict_on_batch(said[-1]))
    return np.concatenate(said, axis=1)[:, :, 0]


unseen = two_families(8, seed=99)

# %% [markdown]
# The measure is the **normalised mean squared error**, NMSE: the mean squared error divided by the
# variance of what was to be predicted. 0 is perfect, and 1 is as good as always saying the mean. We
# compare like with like: the same 40 steps of the same waves, once with the truth read at every
# step, once alone.
#
# **Before you run the next cell:** which of the two networks will be the better reader? Which the
# better alone?

# %%
continued, reading, alone = {}, {}, {}
for kind, reader in readers.items():
    for name, waves in unseen.items():
        after, case = waves[:, KNOWN:], (kind, name)
        next_steps = reader.predict_on_batch(waves[:, :-1, None])[:, :, 0]
        continued[case] = continue_waves(reader, waves[:, :KNOWN], STEPS - KNOWN)
        reading[case] = nmse(after, next_steps[:, KNOWN - 1 :])
        alone[case] = nmse(after, continued[case])
        print(f"{kind}, {name:9}: reading {reading[case]:.5f}, alone {alone[case]:.3f}")
for name in unseen:
    assert all(alone[kind, name] > 1.2 * reading[kind, name] for kind in readers)
    assert alone["clean", name] > 2 * alone["noisy", name] and alone["noisy", name] < 0.3

# %% [markdown]
# **One step ahead is easy, alone is hard.** While a network reads the truth, each error stands by
# itself; alone, the error of one step is an input of the next. This is the price of teacher
# forcing: a network that has read clean waves only has never met its own small errors, and does not
# know how to correct them. It drifts away within the 40 steps, however well it reads. The
# noise has shown the other one what slightly wrong inputs look like.
#
# What is averaged matters, too. The first steps of a wave are the hardest to read: from an empty
# memory nobody can know which wave it is.

# %%
for name, waves in unseen.items():
    first = readers["noisy"].predict_on_batch(waves[:, :10, None])[:, :, 0]
    cold = nmse(waves[:, 1:11], first)
    print(f"{name:9}: the first ten steps, read {cold:.3f}, the last forty, alone", end=" ")
    print(f"{alone['noisy', name]:.3f}")
    assert cold > alone["noisy", name]

# %% [markdown]
# As a rival, a **linear autoregression** for each wave: the next value is a weighted sum of the
# last twelve, and the weights are found by least squares in the 60 known steps.
#
# **Before you run the next cell:** one of the two families is continued perfectly by the linear
# rule, and the other not at all. Which, and why?


# %%
def continue_linearly(wave):
    """Return 40 steps after the first 60 of a wave, by a linear autoregression."""
    rule = recurrent.LinearAutoregression(*windows(wave, 12, slice(0, KNOWN)))
    return running.free_run(rule, wave[KNOWN - 12 : KNOWN], STEPS - KNOWN)


linear = {name: np.array([continue_linearly(w) for w in waves]) for name, waves in unseen.items()}
rule = {name: nmse(waves[:, KNOWN:], linear[name]) for name, waves in unseen.items()}
for name, error in rule.items():
    print(f"{name:9}: linear, alone {error:.1g}, network, alone {alone['noisy', name]:.1g}")
assert rule["harmonics"] < 1e-3 and rule["chirp"] > alone["noisy", "chirp"]

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 1, width=8, height=4.6, sharex=True)
for ax, (name, waves) in zip(axes, unseen.items(), strict=True):
    later = np.arange(KNOWN, STEPS)
    ax.plot(waves[0], color="black", linewidth=1, label="truth")
    ax.plot(later, linear[name][0], ":", color=plots.PALETTE["green"], label="linear rule")
    for kind, style in (("clean", "-."), ("noisy", "--")):
        color = plots.PALETTE["sky" if kind == "clean" else "vermillion"]
        ax.plot(later, continued[kind, name][0], style, color=color, label=f"network, {kind}")
    ax.axvline(KNOWN - 0.5, color="#888888", linewidth=1)
    ax.set(title=name, ylabel="value", ylim=(-1.8, 1.2))
axes[0].legend(loc="lower left", ncols=4)
axes[1].set_xlabel("step")
plots.show(
    fig,
    alt="A chirp and a sum of harmonics, known up to step 60 and continued from there on. The "
    "network trained with noise follows both closely; the one trained on clean waves drifts away "
    "from them. The linear rule follows the harmonics exactly; on the chirp it soon runs out of "
    "step and off the picture.",
)

# %% [markdown]
# A sum of $k$ sines obeys a linear rule with $2k$ weights, whatever its amplitudes. For harmonics
# least squares finds that rule, and no network will do better. A chirp obeys no fixed rule: how the
# next value follows from the last ones depends on the frequency, which changes. The network
# carries the frequency in its state.
#
# So **a network has to beat the simple rule, and sometimes cannot.**
#
# **Try it:** how much noise is best? Train with 0.05 and with 0.5: the noise is a
# **hyperparameter**, a number that training does not find.

# %% [markdown]
# ## 5. Time series, real and chaotic
#
# Two series from outside the classroom:
#
# - **Sunspots**: how many spots the sun had, year by year, 1700 to 2008. Few numbers, measured, and
#   nobody knows the law behind them.
# - **Mackey-Glass**: a law without any noise, and yet no one can forecast it for long,
#
# $$\frac{dx}{dt} = \frac{0.2 \; x(t - \tau)}{1 + x(t - \tau)^{10}} - 0.1 \; x(t), \quad \tau = 17$$
#
# It was written down for the number of blood cells, which the body makes with a delay $\tau$
# (Mackey and Glass, 1977). Above $\tau = 16.8$ it is **chaotic**: two starts as close as you like
# drift apart. The course solves it by the Runge-Kutta method and keeps a value every 6 units of
# time.
#
# **How to split a series.** A forecast is made from the past alone, so the parts follow one
# another: the first 60 % to learn from, the next 15 % to choose by (which epoch was best?), the
# last 25 % to report on. A random split would put next year and last year of each test year into
# the training part, and any network would look like a prophet.

# %%
years, spots = datasets.sunspots()
mackey_glass = datasets.mackey_glass(900, tau=17, spacing=6)

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 1, width=8.5, height=4.4)
axes[0].plot(years, spots, linewidth=1.2)
axes[0].set(xlabel="year", ylabel="sunspot number", title="sunspots")
axes[1].plot(6 * np.arange(900), mackey_glass, linewidth=1)
axes[1].set(xlabel="time (no unit)", ylabel="x", title="Mackey-Glass, tau = 17")
for ax, times in zip(axes, (years, 6 * np.arange(900)), strict=True):
    parts = split_in_time(len(times))
    for part, colour in zip(parts, ("#FFFFFF", "#E69F00", "#56B4E9"), strict=True):
        ax.axvspan(
            times[part.start],
            times[part.stop - 1],
            fc=colour,
            alpha=0.25,
        )
    ax.set_xlim(times[0], times[-1])
for part, name in zip(split_in_time(len(years)), ("training", "validation", "test"), strict=True):
    axes[0].text(years[part].mean(), 185, name, ha="center", va="top")
plots.show(
    fig,
    alt="Two series, each split into training, validation and test from left to right. Sunspots: "
    "peaks of different height about every eleven years. Mackey-Glass: an irregular oscillation "
    "that never repeats.",
)

# %% [markdown]
# ### What has to be beaten
#
# Each forecast sees a **window** of the last 12 values. Three forecasts that need no network:
#
# - **persistence**: tomorrow as today;
# - **linear**: the weighted sum of the window, by least squares. Yule fitted the first one in 1927,
#   to the sunspots;
# - **analogue**: look through all windows of the training part for the one that is most like
#   today's, and answer what followed then. Lorenz tried it with the weather in 1969.
#
# The third is yours.

# %% [markdown]
# ### Exercise 9: `analogue_forecast` (2 points, 15 minutes, medium)
#
# Most like means: with the smallest sum of squared differences.


# %%
def analogue_forecast(known, followed, windows):
    """Forecast by the most similar past.

    known: float array (count, window), windows of the past. followed: float array (count,), the
    value that followed each of them. windows: float array (batch, window), from which to forecast.
    Returns a float array (batch,): for each window, what followed the known window with the
    smallest sum of squared differences to it; of several that are equally near, the first.
    """
    ### BEGIN SOLUTION
    differences = windows[:, None] - known[None]
    nearest = np.sum(differences**2, axis=2).argmin(axis=1)
    return followed[nearest]
    ### END SOLUTION


lab.check("analogue_forecast", analogue_forecast)


# %%
class Analogue:
    """Your forecast, in the form in which the networks of the course answer."""

    def __init__(self, x, y):
        self.known, self.followed = x[:, :, 0], y[:, 0]

    def predict_on_batch(self, x):
        return analogue_forecast(self.known, self.followed, np.asarray(x)[:, :, 0])[:, None]

    def count_params(self):
        return self.known.size + self.followed.size


# %% [markdown]
# ### Networks that see a window
#
# Now networks, in Keras. All of yours forecast the **change**: what comes out is the last value of
# the window, plus what the network adds to it. A network that adds nothing is persistence.
#
# A **time-delay neural network**, TDNN (Lang, Waibel and Hinton, 1990), turns time into space: the
# values of the window lie side by side, as if they were features, and a hidden layer sees all of
# them at once. (In a larger one the hidden layer is narrower than the sequence and moves along it,
# a convolution in time. With a window as wide as the layer there is only one place for it.)

# %% [markdown]
# ### Exercise 10: `tdnn` (1 point, 10 minutes, easy)
#
# Window, hidden layer, change; and the last value added. `past[:, -1]` works on Keras's symbolic
# tensors as on arrays.


# %%
def tdnn(window, units):
    """Return a time-delay neural network that forecasts the next value, not compiled.

    window: how many past values it sees, at least 1. units: of its one hidden layer, which sees
    all of them at once and has tanh. A linear output layer makes the change. Both are Dense layers
    with biases.
    Returns a keras.Model from (batch, window, 1), oldest value first, to (batch, 1): the last value
    of the window plus the change.
    """
    ### BEGIN SOLUTION
    past = keras.Input((window, 1))
    hidden = layers.Dense(units, activation="tanh")(layers.Flatten()(past))
    change = layers.Dense(1)(hidden)
    return keras.Model(past, layers.Add()([past[:, -1], change]))
    ### END SOLUTION


lab.check("tdnn", tdnn)

# %% [markdown]
# **Elman's network** (Elman, 1990) reads the same window value by value. What it knows of the past
# is in its state: the one of section 1, whose last state makes the forecast.
#
# **Before you write it:** the TDNN with 32 units has 12 × 32 weights between window and hidden
# layer. How many has Elman's network, and how many would each have with a window of 100?

# %% [markdown]
# ### Exercise 11: `elman` (1 point, 10 minutes, easy)
#
# With `LSTM` or `GRU` in the place of `SimpleRNN` it becomes a network with gates, so the layer's
# name is an argument: `getattr(layers, "LSTM")` is `layers.LSTM`.


# %%
def elman(window, units, cell):
    """Return a network that reads a window value by value and forecasts the next, not compiled.

    window: how many past values it reads, oldest first. units: of its one recurrent layer, as Keras
    makes it. cell: the layer's name in keras.layers, "SimpleRNN", "LSTM" or "GRU". A linear output
    layer with a bias makes the change from the last state.
    Returns a keras.Model from (batch, window, 1) to (batch, 1): the last value of the window plus
    the change.
    """
    ### BEGIN SOLUTION
    past = keras.Input((window, 1))
    state = getattr(layers, cell)(units)(past)
    change = layers.Dense(1)(state)
    return keras.Model(past, layers.Add()([past[:, -1], change]))
    ### END SOLUTION


lab.check("elman", elman)

# %%
for units in (12, 100):
    sizes = [tdnn(units, 32).count_params(), elman(units, 32, "SimpleRNN").count_params()]
    print(f"window of {units:3}: TDNN {sizes[0]:,} parameters, Elman {sizes[1]:,}")

# %% [markdown]
# ### A network that hears itself
#
# **NARX** means: nonlinear autoregressive with exogenous inputs, that is, inputs from outside of
# the series (Lin and others, 1996). With $u$ for these, known in advance, and a window of $n$:
#
# $$\hat y_{t+1} = y_t + f(y_{t-n+1}, \ldots, y_t, \; u_{t+1})$$
#
# There are two ways to use it.
#
# - Give it the true past at every step. Each step then stands by itself, a TDNN with further
#   inputs. This is the *series-parallel* form, and training it so is teacher forcing.
# - Let it **feed back its own output**: $\hat y_{t+1}$ becomes the newest value of the window for
#   the next step. This is the *parallel* form, and it is a recurrent network: its state is the
#   window. As in section 1, every step has the same weights.
#
# One function can build both: for one step it is the first form, for many the second.

# %% [markdown]
# ### Exercise 12: `narx` (3 points, 25 minutes, hard)
#
# Unroll it: two layers, called once for each step. Between two steps the window moves on.


# %%
def narx(window, inputs, units, steps):
    """Return a NARX network that forecasts `steps` values, each from those before, not compiled.

    window: how many values of the series it sees, at least 2. inputs: how many exogenous numbers
    there are at each step, at least 1. units: of its one hidden layer, with tanh, which sees the
    window, oldest value first, and behind it the exogenous numbers of the step to be forecast. A
    linear output layer makes the change. Both are Dense layers with biases, and serve all steps.
    Returns a keras.Model of two inputs, in this order: the past (batch, window) and the exogenous
    numbers (batch, steps, inputs), to (batch, steps). Each forecast is the newest value of the
    window plus the change, and then becomes the newest value; the oldest goes.
    """
    ### BEGIN SOLUTION
    past, outside = keras.Input((window,)), keras.Input((steps, inputs))
    hidden, change = layers.Dense(units, activation="tanh"), layers.Dense(1)
    seen, forecasts = past, []
    for t in range(steps):
        features = layers.Concatenate()([seen, outside[:, t]])
        forecasts.append(seen[:, -1:] + change(hidden(features)))
        seen = layers.Concatenate()([seen[:, 1:], forecasts[-1]])
    return keras.Model([past, outside], keras.ops.concatenate(forecasts, axis=1))
    ### END SOLUTION


lab.check("narx", narx)

# %% [markdown]
# The exogenous input of our series is a **clock**: sine and cosine of the main period of the
# training part. One knows it in advance, at any time. `comparison.forecasting_task` cuts a series
# into windows (count, 12, 3): the value, and beside it the clock of the step that follows.
#
# Two ways to be tested. **One step ahead**: at each step the true past is known. **Alone**
# (free-running): after the start, the forecasts are fed back in place of the truth; here over one
# cycle of the sun, 11 years, and over 50 steps of Mackey-Glass. The error is the NMSE on the test
# part. All networks have 32 hidden units and the same training, one step ahead, with **early
# stopping**: the weights of the epoch with the least error on the validation part are kept.
#
# **Before you run the next cells:** for each of the two series, write down what will win. What will
# the linear rule be worth?

# %%
tasks = {
    "sunspots": comparison.forecasting_task(spots, window=12, horizon=11),
    "Mackey-Glass": comparison.forecasting_task(mackey_glass, window=12, horizon=50),
}


def on_windows(one_step):
    """Let a NARX network for one step read windows (batch, 12, 3) with the clock in them."""
    x = keras.Input((12, 3))
    return keras.Model(x, one_step([x[:, :, 0], x[:, -1:, 1:]]))


builders = {
    "TDNN": lambda: tdnn(12, 32),
    "Elman": lambda: elman(12, 32, "SimpleRNN"),
    "NARX": lambda: on_windows(narx(12, 2, 32, steps=1)),
    "LSTM": lambda: elman(12, 32, "LSTM"),
    "GRU": lambda: elman(12, 32, "GRU"),
}


# %%
def all_forecasts(task):
    """Return a row of the table for the three simple forecasts and for each network, trained."""
    simple = {
        "persistence": recurrent.Persistence(),
        "linear": recurrent.LinearAutoregression(*task.training),
        "analogue": Analogue(*task.training),
    }
    rows = [comparison.measure(name, model, task) for name, model in simple.items()]
    for name, build in builders.items():
        training.set_seed(SEED)
        model = build()
        comparison.fit(model, task)
        rows.append(comparison.measure(name, model, task))
    return rows


def show_table(rows):
    """Print name, number of weights, and both errors."""
    print(f"{'':12} {'numbers':>8} {'one step':>9} {'alone':>7}")
    for row in rows:
        print(f"{row.name:12} {row.weights:8,} {row.one_step:9.4f} {row.free_running:7.3f}")


# %%
sun_rows = all_forecasts(tasks["sunspots"])
show_table(sun_rows)

# %%
chaos_rows = all_forecasts(tasks["Mackey-Glass"])
show_table(chaos_rows)

# %% [markdown]
# The column "alone" was computed step by step, by a loop around each network. Your `narx` holds
# the loop itself: built for 11 steps, with the weights that were trained for one, it must say the
# same.

# %%
trained = {row.name: row.model for row in sun_rows}["NARX"]
parallel = narx(12, 2, 32, steps=11)
parallel.set_weights(trained.get_weights())
sun = tasks["sunspots"]
own_loop = parallel.predict_on_batch([sun.starts[:, :, 0], sun.exogenous])
outer_loop = comparison.free_runs(trained, sun)
print("largest difference below 1e-4:", np.abs(own_loop - outer_loop).max() < 1e-4)
assert np.abs(own_loop - outer_loop).max() < 1e-4

# %% [markdown]
# Read the tables by machine, so that the sentences are true with every seed:


# %%
def verdict(series, rows):
    """Say in words which forecast wins, and how the networks stand to the two simple rules."""
    errors = {row.name: row.one_step for row in rows}
    networks = {name: errors[name] for name in builders}
    best = min(networks, key=networks.get)
    alone = min(rows, key=lambda row: row.free_running)
    losers = [name for name, error in networks.items() if error >= errors["persistence"]]
    print(f"{series}: {min(errors, key=errors.get)} wins one step ahead, {alone.name} alone.")
    print(
        f"  The best network, {best}, has {networks[best] / errors['linear']:.2g} times the error"
    )
    print(f"  of the linear rule. Networks that lose to persistence: {losers or 'none'}.")
    assert not losers
    return networks[best] / errors["linear"]


ratios = [verdict("Sunspots", sun_rows), verdict("Mackey-Glass", chaos_rows)]
assert 0.5 < ratios[0] < 1.5 and ratios[1] < 0.2

# %% [markdown]
# **Why?**
#
# - **Sunspots** are few: some 170 windows to learn from, each with noise in it. The linear rule has
#   13 numbers to find, the networks hundreds to thousands. What the networks know beyond the linear
#   rule is little, and some of it was learned by heart. The rule is hard to beat, and where a
#   network does beat it, the margin changes with the seed. Your analogue finds no past like today:
#   every cycle is another one.
# - **Mackey-Glass** is a law without noise, and not a linear one. What a weighted sum cannot say is
#   most of it, so every network leaves the linear rule far behind. There are enough examples to
#   learn a smooth curve from. The law lies in the window as a whole, and needs no long memory: so
#   gates win nothing here, and the simplest networks are among the best.
# - **The clock** of the NARX network helps where a series keeps time. The sun keeps it badly, and
#   chaos not at all: it is one more thing to learn by heart.
#
# ### How far ahead?
#
# The error of a free run is an average over all steps of the run. It hides the most interesting
# thing.


# %%
def error_by_horizon(truth, runs):
    """Return the NMSE of each step of free runs by itself. truth, runs: (runs, horizon)."""
    return np.mean((runs - truth) ** 2, axis=0) / np.var(truth, axis=0)


# %% [markdown]
# **Before you run the next cell:** the error of a chaotic forecast grows in a special way. What
# will its curve look like with a logarithmic axis?

# %%
growths = {}
for (name, task), rows in zip(tasks.items(), (sun_rows, chaos_rows), strict=True):
    runs = {row.name: comparison.free_runs(row.model, task) for row in rows}
    growths[name] = {which: error_by_horizon(task.truth, run) for which, run in runs.items()}
chaos = growths["Mackey-Glass"]
for name in ("analogue", *builders):
    print(
        f"{name:9} step 1 {chaos[name][0]:.4f}, 10 {chaos[name][9]:.4f}, 50 {chaos[name][49]:.2f}"
    )
assert all(chaos[name][49] > 10 * chaos[name][0] for name in builders)
by_name = {row.name: row for row in chaos_rows}
assert by_name["analogue"].one_step > min(by_name[name].one_step for name in builders)
assert by_name["analogue"].free_running < 1.3 * min(by_name[n].free_running for n in builders)

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9, height=3.8, sharey=True)
styles = ["k:", "k--", "k-.", "s-", "o-", "v-", "D-", "^-"]
for ax, (name, found) in zip(axes, growths.items(), strict=True):
    for (which, growth), style in zip(found.items(), styles, strict=True):
        ax.semilogy(np.arange(1, len(growth) + 1), growth, style, ms=3, lw=1.2, label=which)
    ax.axhline(1, color="#888888", linewidth=1)
    ax.set(title=name, xlabel="steps ahead")
axes[0].set(ylabel="NMSE")
axes[1].legend(loc="lower right", ncols=2)
plots.show(
    fig,
    alt="NMSE against the steps ahead, logarithmic, for eight forecasts. Sunspots: all rise in the "
    "first years; the linear rule then stays near one half. Mackey-Glass: networks and "
    "analogue start near one hundredth or below and rise to a tenth and more over 50 steps; linear "
    "and persistence are high from the start.",
)

# %% [markdown]
# In chaos a small error grows by about the same factor in every step: roughly a straight line in
# this picture, until it is as large as the series itself. To see twice as far you need not half the
# error, but a tiny fraction of it.
#
# Two more things to see. One step ahead the best network is ahead of your analogue, but
# alone the analogue is about as good as the best of them: whatever it says has happened once, so it
# never leaves the paths that the series can take, while a network's small errors add up to windows
# that it has never seen. And with the sun the errors rise at once, by noise and not by chaos, and
# then stay: the good forecasts keep the beat of the cycle and miss its height. A network that did
# well one step ahead may do worse than the mean when it is left alone.
#
# One free run of each, from a start in the middle of the test part:

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 1, width=8.5, height=4.6)
for ax, (name, task), rows in zip(axes, tasks.items(), (sun_rows, chaos_rows), strict=True):
    start = len(task.truth) // 2
    past, truth = task.starts[start, :, 0], task.truth[start]
    best = min(rows, key=lambda row: row.free_running)
    ahead = np.arange(1, len(truth) + 1)
    ax.plot(np.arange(1 - len(past), 1), past, color="#888888", label="known")
    ax.plot(np.arange(len(truth) + 1), [past[-1], *truth], "k-", label="truth")
    for row, style in ((rows[1], ":"), (best, "--")):
        run = comparison.free_runs(row.model, task)[start]
        ax.plot(ahead, run, style, label=row.name)
    ax.set(title=name, xlabel="steps ahead", ylabel="standard deviations")
    ax.legend(loc="upper right", ncols=4)
    ax.margins(y=0.4)
plots.show(
    fig,
    alt="A free run for each series. Sunspots: both forecasts rise and fall with the next cycle. "
    "Mackey-Glass: the best forecast follows the truth for several oscillations; the linear rule "
    "keeps the beat and misses the height.",
)

# %% [markdown]
# ## 6. Characters
#
# The last series of this lab is text, and the question is the same: what comes next? Every Python
# carries the text of its own language reference, which `help()` reads. It has been split into
# whole chapters for training, validation and test, and every paragraph that stands twice was kept
# once.

# %%
import re

import ipywidgets

from course_utils.models.recurrent import bits_per_character, char_rnn
from course_utils.sequences.ngrams import tuned
from course_utils.sequences.text import VOCABULARY, decode, encode, plain, streams

text = datasets.python_reference()
for name, part in text._asdict().items():
    print(f"{name:10} {len(part):9,} characters")
print(f"vocabulary {len(VOCABULARY):9} characters, newline and {VOCABULARY[1:]!r}")
print("-" * 70)
print(text.training[30_000:30_700])

# %% [markdown]
# ### Bits per character
#
# A model of text gives each character that might come next a probability. If it gave the one that
# did come $p$, it was surprised by $-\log_2 p$ **bits**: 1 bit if it had held the character for as
# likely as not, 0 if it was certain. The mean over a text is the model's **bits per character**.
# With them, and the right code, the text could be stored.
#
# **Before you go on:** how many bits does someone need who holds all 96 characters for equally
# likely?
#
# The answer is $\log_2 96 = 6.58$. The first step up is to count. How often does each character
# follow each other one? That is a **bigram** model. Its table has 96 × 96 places, most of which
# the text never fills. But a pair that was never seen may still come, and must not get a
# probability of 0: it would cost infinitely many bits. So a little is added to every count.

# %% [markdown]
# ### Exercise 13: `bigram_table` (2 points, 15 minutes, medium)
#
# With $N_{ij}$, how often $j$ follows $i$, and a number $\alpha > 0$:
#
# $$P_{ij} = \frac{N_{ij} + \alpha}{\sum_k (N_{ik} + \alpha)}$$


# %%
def bigram_table(codes, size, alpha):
    """Count which character follows which, and return probabilities.

    codes: integer array (characters,), a text of at least two characters, as numbers from 0 to
    size - 1. alpha: a float above 0, added to the count of each pair.
    Returns a float array (size, size): in row i, column j the probability that j follows i. Each
    row adds up to 1, that of a character which nothing follows too.
    """
    ### BEGIN SOLUTION
    counts = np.full((size, size), float(alpha))
    for here, after in zip(codes[:-1], codes[1:], strict=True):
        counts[here, after] += 1
    return counts / counts.sum(axis=1, keepdims=True)
    ### END SOLUTION


lab.check("bigram_table", bigram_table)

# %% [markdown]
# What does it know? The most likely successors of some characters, with `_` for a space and `/`
# for a new line:

# %%
table = bigram_table(encode(text.training), len(VOCABULARY), alpha=0.1)
for character in "qth._(":
    here = VOCABULARY.index(character.replace("_", " "))
    best = np.argsort(-table[here])[:5]
    names = [VOCABULARY[code].replace(" ", "_").replace("\n", "/") for code in best]
    print(
        f"after {character}: ",
        ",  ".join(f"{n} {table[here, c]:.0%}" for n, c in zip(names, best, strict=True)),
    )

# %% [markdown]
# The course has better counters. They share out what unseen pairs get with more care (interpolated
# Kneser-Ney smoothing, Chen and Goodman, 1999): where a longer context was not seen, they ask a
# shorter one. An n-gram of **order** $n$ looks back $n - 1$ characters: order 2 is your bigram.
#
# **Before you run the next cell:** sketch bits per character against the order, from 1 to 8.

# %%
codes_test = encode(text.test)
own = -np.log2(table[codes_test[:-1], codes_test[1:]]).mean()
grams = {order: tuned(text.training, text.validation, order) for order in range(1, 9)}
counted = {order: model.bits_per_character(text.test) for order, model in grams.items()}
print(f"all equal {np.log2(len(VOCABULARY)):.2f}, your bigram {own:.2f} bits per character")
for order, bits in counted.items():
    print(f"order {order}: {bits:.3f} bits per character")
gains = -np.diff(list(counted.values()))
assert abs(own - counted[2]) < 0.3 and gains[0] > 0.5 and max(gains[4:]) < 0.1

# %% [markdown]
# Each further character helps less than the one before it: the longer a context, the more often it
# is new, and a shorter one must be asked. From order 5 to order 8 less than a tenth of a bit is won
# at each step, and a longer table is kept for it.
#
# ### A network that reads characters
#
# A recurrent network has no fixed context. Each character becomes a vector of 32 learned numbers
# (an **embedding**), a GRU reads them one after the other, and a softmax over the 96 characters
# says what may come next.
#
# The text is one sequence of 300,000 steps, far too long to unroll. So it is cut into 32
# **streams** side by side, and these into pieces of 64 characters. Gradients go back through one
# piece: this is truncated backpropagation through time. But the *state* is handed on, from the end
# of a piece to the beginning of the next one, so row $i$ of each batch must go on where row $i$ of
# the batch before ended: the network is stateful, with `batch_shape=(32, 64)`.

# %%
pieces = list(streams(encode(text.training), batch=32, length=64))
x_text, y_text = (np.concatenate(part) for part in zip(*pieces, strict=True))
print("x", x_text.shape, " y", y_text.shape, f" {len(pieces)} batches")
for number, (x, y) in enumerate(pieces[:2]):
    print(f"batch {number}, row 0, x: {decode(x[0])!r}")
    print(f"batch {number}, row 0, y: {decode(y[0])!r}")

# %% [markdown]
# What if a batch has another size? There is no state for the other rows:

# %%
learner = char_rnn(128, batch_shape=(32, 64), stateful=True)
try:
    learner.predict_on_batch(x_text[:8])
except Exception as error:
    print(error)

# %% [markdown]
# Four times through the text; it takes half a minute.
#
# **Before you run the next cell:** the network begins at about 6.6 bits. What will it be at after
# these four epochs: near the bigram, the 5-gram, or between?

# %%
EPOCHS = 4
rate = keras.optimizers.schedules.CosineDecay(1e-2, EPOCHS * len(pieces))
learner.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss="sparse_categorical_crossentropy")
history = learner.fit(
    x_text, y_text, epochs=EPOCHS, verbose=0, callbacks=[training.TimeBudget(58)]
).history
print("bits per character in training:", np.round(np.array(history["loss"]) / np.log(2), 2))


# %% [markdown]
# To measure it we read the test part with a network that has the same weights and is not stateful.
# Next to it stands a network that was trained longer, by `scripts/train_char_rnn.py`, with twice as
# many units, forty epochs, and dropout. Its weights came with the course.


# %%
def with_weights_of(given, **options):
    """Return a network with the weights of another, of other batch_shape and stateful."""
    network = char_rnn(given.get_layer("gru").units, **options)
    for own, other in zip(network.trainable_weights, given.trainable_weights, strict=True):
        own.assign(np.asarray(other))
    return network


# %%
networks = {"trained here": with_weights_of(learner), "trained longer": char_rnn(weights="course")}

# %%
bits = {"all equal": np.log2(len(VOCABULARY)), "your bigram": own}
bits |= {f"{order}-gram": counted[order] for order in (1, 2, 5, 8)}
bits |= {name: bits_per_character(net, text.test) for name, net in networks.items()}
assert bits["trained here"] < bits["2-gram"] and bits["trained longer"] < bits["5-gram"]
assert abs(bits["trained longer"] - bits["8-gram"]) < 0.15

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7, height=2.8)
order = sorted(bits, key=bits.get, reverse=True)
colours = [plots.PALETTE["vermillion" if name in networks else "sky"] for name in order]
ax.bar_label(ax.barh(order, [bits[name] for name in order], color=colours), fmt="%.2f", padding=3)
ax.set(xlabel="bits per character on the test part", xlim=(0, 7.2))
ax.invert_yaxis()
plots.show(
    fig,
    alt="Bars of bits per character: all equal 6.58, 1-gram, the two bigrams, then, much shorter, "
    "the network trained here, the 5-gram, and, nearly equal, the network trained longer and the "
    "8-gram.",
)

# %% [markdown]
# Half a minute of training beats the bigram by far. But counting is a strong rival: it takes one
# pass through the text and a few seconds, and at order 8 it needs about as many bits as the network
# trained longer. On 300,000 characters a network of this size is no better **on average**.
#
# ### What counting cannot do
#
# Equally many bits may be spent on different characters. The 8-gram sees seven characters and not
# one more. In this text some things reach further: a line ends after about 70 characters, an
# indentation is that of the line before, and a bracket was opened some words ago.
#
# **Before you run the next cell:** the bits of the 8-gram and of the network at four kinds of
# places. Where will the network be better?

# %%
places = {
    "the end of a line of 60 or more": r"(?m)^.{60,}(\n)",
    "an indentation of 5 or more, and the letter behind it": r"(?m)^( {5,}[^ \n])",
    "a bracket closed after 7 to 60": r"\([^()\n]{7,60}(\))",
    "the blank behind a word": "[a-z]( )",
}


def in_passages(model, part):
    """What a network gives for each character of a text, which it reads as 16 passages."""
    return model.predict_on_batch(encode(part).reshape(16, -1)).reshape(len(part), -1)


longer, page = networks["trained longer"], text.test[: len(text.test) // 16 * 16]
p_next = in_passages(longer, page)[np.arange(len(page) - 1), encode(page[1:])]
cost = {
    "8-gram": -np.log2(grams[8].probabilities(page)),
    "network": np.concatenate([[np.log2(96)], -np.log2(p_next)]),
}

# %%
spent = {}
for place, pattern in places.items():
    spans = [match.span(1) for match in re.finditer(pattern, page)]
    spent[place] = [np.mean([bits[a:b].sum() for a, b in spans]) for bits in cost.values()]
    print(f"{spent[place][0]:5.2f} and {spent[place][1]:5.2f} bits: {place} ({len(spans)} places)")
by_place = [bits[1] / bits[0] for bits in spent.values()]
assert by_place[0] < 0.75 and by_place[1] < 0.85

# %% [markdown]
# At the ends of lines and in indentations the network spends far fewer bits: it knows how long the
# line is, and how far the line before was indented. With brackets it hardly does better. Does it
# know that one is open? A question that can be asked directly: **take the opening bracket out**,
# and see whether the network expects the closing one less. Seven characters on, the 8-gram has
# forgotten it and gives both the same.


# %%
def p_close(contexts):
    """The probability that the network gives `)` after each of several texts of one length."""
    return longer.predict_on_batch(np.array([*map(encode, contexts)]))[:, -1, encode(")")[0]]


ratios = {}
for inside in ("8,19", "30,60"):
    found = list(re.finditer(rf"\([^()\n]{{{inside}}}(?=\))", page[200:]))
    ends = [(200 + match.start(), 200 + match.end()) for match in found]
    opened = p_close([page[end - 120 : end] for _, end in ends])
    never = p_close([page[end - 121 : start] + page[start + 1 : end] for start, end in ends])
    ratios[inside] = np.median(opened / never)
    later = inside.replace(",", " to ")
    print(f"{later} characters later: {ratios[inside]:.1f} times as likely, {len(ends)} brackets")
assert ratios["8,19"] > 1.1 and ratios["8,19"] > ratios["30,60"]

# %% [markdown]
# So it knows of an open bracket, a little, and forgets it within a line. A network learns to
# remember what pays: lines end everywhere in this text, brackets that stay open for long are rare.
#
# ### What a single unit knows
#
# Where in its 256 numbers is the length of the line? Perhaps all over; perhaps one unit counts
# (Karpathy and others, 2015, found such units). Look for the unit whose state goes along most with
# the number of characters since the line began: by its correlation, on the validation part.

# %%
states_of = keras.Model(longer.inputs, longer.get_layer("gru").output)


def places_in_lines(part):
    """Return how many characters before each one stand in its line, (characters,)."""
    return np.concatenate([np.arange(len(line)) for line in part.splitlines(keepends=True)])


chosen_by = text.validation[: len(text.validation) // 16 * 16]
states, place = in_passages(states_of, chosen_by), places_in_lines(chosen_by)
correlations = np.abs([np.corrcoef(unit, place)[0, 1] for unit in states.T])
counter = int(np.argmax(correlations))

# %%
states = in_passages(states_of, page)
on_test = abs(np.corrcoef(states[:, counter], places_in_lines(page))[0, 1])
print(f"unit {counter} with the place in the line: correlation {on_test:.2f} on the test part")
print(f"half of the 256 units are below {np.median(correlations):.2f}")
assert on_test > 0.6 > 5 * np.median(correlations)

# %% [markdown]
# Here is a piece of the test part. The colour of each character is the state of that unit while it
# reads it: blue is -1, white 0, orange +1.
#
# **Playground.** Move the slider through the other units. Can you find one that goes with
# indentation, with words, or with quotes? Most mean nothing that one could name.

# %%
beginning = page.index("\n\n", 4000) + 2
piece = slice(beginning, beginning + 700)


def show_unit(unit):
    """Colour the piece by the state of one unit."""
    plots.coloured_text(
        page[piece],
        states[piece, unit],
        alt=f"A piece of text, each character coloured by the state of unit {unit}.",
    )


show_unit(counter)

# %%
ipywidgets.interactive(show_unit, unit=ipywidgets.IntSlider(counter, min=0, max=255))

# %% [markdown]
# ### Letting it write
#
# A model that says what may come next can write: draw a character by its probabilities, give it to
# the network, and so on. Drawing brings in choice, and one can turn it up or down. The
# **temperature** $T$ changes the probabilities before one draws:
#
# $$q_i = \frac{p_i^{1/T}}{\sum_j p_j^{1/T}}$$
#
# At $T = 1$ nothing changes. **Before you go on:** what happens as $T$ goes to 0, and what as it
# becomes very large?

# %% [markdown]
# ### Exercise 14: `with_temperature` (2 points, 15 minutes, medium)
#
# Take care at low temperatures: $0.2^{500}$ is too small for the computer, and becomes 0.


# %%
def with_temperature(p, temperature):
    """Make probabilities more even (temperature above 1) or less even (below 1).

    p: float array (..., characters), at least 0, adding up to 1 along the last axis. It stays as it
    is. temperature: a float from 0.002 upwards.
    Returns a float array of p's shape, q as above, which adds up to 1 along the last axis. What has
    the probability 0 keeps it. No entry is nan, however low the temperature.
    """
    ### BEGIN SOLUTION
    # Divided by the largest, which changes nothing in q, at least one power is 1.
    q = (p / p.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return q / q.sum(axis=-1, keepdims=True)
    ### END SOLUTION


lab.check("with_temperature", with_temperature)

# %%
reader = networks["trained longer"]
start = "The statement "
p = reader.predict_on_batch(encode(start)[None])[0, -1]
likely = np.argsort(-p)[:8]
temperatures = (0.3, 0.7, 1.0, 1.5)

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7, height=2.8)
for number, temperature in enumerate(temperatures):
    q = with_temperature(p, temperature)[likely]
    ax.bar(np.arange(8) + 0.2 * (number - 1.5), q, width=0.2, label=f"T = {temperature}")
ax.set_xticks(range(8), [repr(VOCABULARY[code]) for code in likely])
ax.set(ylabel="probability", xlabel=f"next character after {start!r}")
ax.legend()
plots.show(
    fig,
    alt="The eight likeliest characters after the beginning of a sentence, each with four bars for "
    "four temperatures. At 0.3 nearly all goes to the likeliest; at 1.5 the bars are most even.",
)

# %% [markdown]
# Four texts side by side, one for each temperature. The writer is stateful and reads one character
# at a time: `batch_shape=(4, 1)`.


# %%
def write(network, start, temperatures, length, seed):
    """Let a network go on after `start`: a text of `length` characters for each temperature."""
    writer = with_weights_of(network, batch_shape=(len(temperatures), 1), stateful=True)
    rng = np.random.default_rng(seed)
    drawn = [np.full(len(temperatures), code) for code in encode(start)]
    for column in drawn[:-1]:
        writer.predict_on_batch(column[:, None])
    for _ in range(length):
        p = writer.predict_on_batch(drawn[-1][:, None])[:, 0].astype(float)
        rows = [with_temperature(p[i], t) for i, t in enumerate(temperatures)]
        drawn.append(np.array([rng.choice(len(row), p=row) for row in rows]))
    return [decode(codes) for codes in np.array(drawn).T]


# %%
written = write(reader, start, temperatures, length=400, seed=SEED)
for temperature, story in zip(temperatures, written, strict=True):
    print(f"--- T = {temperature} ---\n{story}\n")

# %% [markdown]
# How much of it is English, or Python? We count the words that occur in the training part.
#
# **Before you run the next cell:** for which temperature will the share be largest? Is that also
# the best text?

# %%
known = set(re.findall("[a-z]+", text.training.lower()))
shares = []
for temperature, story in zip(temperatures, written, strict=True):
    words = re.findall("[a-z]+", story.lower())[:-1]  # the last one may be cut
    shares.append(np.mean([word in known for word in words]))
    print(f"T = {temperature}: {shares[-1]:.0%} of {len(words)} words are known", end=", ")
    print(f"{len(set(words)) / len(words):.0%} of them different")
assert shares[0] > shares[-1]

# %% [markdown]
# At a low temperature the network writes what it is sure of, again and again. At a high one it
# invents words. In between it writes sentences that look right from afar: it has learned spelling,
# some grammar, how the lines are filled and how examples of code look. It has not learned what a
# statement is.
#
# And the network that you trained yourself, at $T = 0.7$:

# %%
print(write(networks["trained here"], start, [0.7], length=400, seed=SEED)[0])

# %% [markdown]
# **Playground.** Now you: a beginning of your own, and a temperature. (On a page without a running
# notebook the field does not show.) Try a beginning that stands in the text, such as `An
# expression`, one that does not, and a piece of code. What does it take up from your beginning, and
# for how long?


# %%
def write_on(beginning, temperature):
    """Print what the network trained longer makes of a beginning, another text each time."""
    print(write(reader, plain(beginning) or "\n", [temperature], length=300, seed=None)[0])


ipywidgets.interactive(
    write_on,
    {"manual": True, "manual_name": "Write"},
    beginning=ipywidgets.Text("An expression "),
    temperature=ipywidgets.FloatSlider(0.7, min=0.1, max=2, step=0.1),
)

# %% [markdown]
# ## 7. What to take away
#
# - A recurrent network is one cell, applied at every step. Unrolled, it is a deep network whose
#   layers share their weights.
# - Its gradient is a sum over all steps. Each term holds a product of Jacobians, one for each step
#   on the way, and with one and the same matrix in them it vanishes or explodes.
# - Truncated, a gradient reaches no further than its piece. Clipping tames gradients that explode.
# - A plain recurrent network forgets within some tens of steps. Gates let state and gradient pass,
#   and the network with them remembers over a hundred and more.
# - Two libraries may write LSTM or GRU and mean another order of weights, or another formula.
# - Stateful layers remember from batch to batch. They need a fixed batch, and order.
# - A forecast is worth what it is better than persistence, a linear rule, or counting. On few and
#   noisy data these are hard to beat.
# - One step ahead is not the same as alone. In chaos errors grow by a factor with every step.
# - Bits per character measure how well a model knows a language, and with a temperature it writes
#   it. Counting needs as few bits; what reaches further than its window it cannot know.
#
# **Where it leads.** Everything here was trained from random weights, on the data of its own task.
# The next lab asks what a network trained on one task is worth for another.

# %%
lab.progress()

# %% [markdown]
# **Questions to think about**
#
# 1. The unit with $W = 2$ in section 1 keeps a bit for ever. What is its Jacobian
#    $W (1 - h^2)$ while it does? What follows for learning through it?
# 2. In the echo with pieces of 8 steps only three errors of each piece reach their input. What if
#    the pieces overlapped?
# 3. The LSTM of section 3 holds a number though its forget gates are not fully open. How could you
#    find out which unit keeps the sign of the number?
# 4. Set the forget gate's bias to −5 and to +5 before training that network. What do you expect?
#    Try it.
# 5. A GRU with $r = 1$ and $z = 0$ throughout is a network that you know. Which?
# 6. The orthogonal matrix keeps a gradient longest of the three, and yet lost in section 4. What
#    may training do to it?
# 7. A bigram, an 8-gram, a recurrent network: what would each of them need to know that a bracket
#    opened 200 characters ago is still open?
# 8. The NARX network could be trained in its parallel form as well: the gradient goes through all
#    steps of the loop. What does it learn then that it cannot learn with teacher forcing?
#
# **Sources**
#
# - G. U. Yule, On a method of investigating periodicities in disturbed series, Philosophical
#   Transactions of the Royal Society A 226, 1927, 267–298.
# - E. N. Lorenz, Atmospheric predictability as revealed by naturally occurring analogues, Journal
#   of the Atmospheric Sciences 26, 1969, 636–646.
# - M. C. Mackey and L. Glass, Oscillation and chaos in physiological control systems, Science 197,
#   1977, 287–289.
# - R. J. Williams and D. Zipser, A learning algorithm for continually running fully recurrent
#   neural networks, Neural Computation 1(2), 1989, 270–280: teacher forcing.
# - K. J. Lang, A. H. Waibel and G. E. Hinton, A time-delay neural network architecture for isolated
#   word recognition, Neural Networks 3(1), 1990, 23–43.
# - J. L. Elman, Finding structure in time, Cognitive Science 14(2), 1990, 179–211.
# - P. J. Werbos, Backpropagation through time: what it does and how to do it, Proceedings of the
#   IEEE 78(10), 1990, 1550–1560.
# - R. J. Williams and J. Peng, An efficient gradient-based algorithm for on-line training of
#   recurrent network trajectories, Neural Computation 2(4), 1990, 490–501: truncated.
# - S. Hochreiter, Untersuchungen zu dynamischen neuronalen Netzen, diploma thesis, TU München,
#   1991.
# - Y. Bengio, P. Simard and P. Frasconi, Learning long-term dependencies with gradient descent is
#   difficult, IEEE Transactions on Neural Networks 5(2), 1994, 157–166.
# - T. Lin, B. G. Horne, P. Tino and C. L. Giles, Learning long-term dependencies in NARX recurrent
#   neural networks, IEEE Transactions on Neural Networks 7(6), 1996, 1329–1338.
# - S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997,
#   1735–1780.
# - S. F. Chen and J. Goodman, An empirical study of smoothing techniques for language modeling,
#   Computer Speech and Language 13(4), 1999, 359–394.
# - F. A. Gers, J. Schmidhuber and F. Cummins, Learning to forget: continual prediction with LSTM,
#   Neural Computation 12(10), 2000, 2451–2471.
# - A. Karpathy, J. Johnson and L. Fei-Fei, Visualizing and understanding recurrent networks,
#   arXiv:1506.02078, 2015: units that count.
# - R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural networks,
#   ICML 2013: clipping.
# - K. Cho and others, Learning phrase representations using RNN encoder-decoder for statistical
#   machine translation, EMNLP 2014.
# - I. Sutskever, O. Vinyals and Q. V. Le, Sequence to sequence learning with neural networks, NIPS
#   2014.
# - D. Bahdanau, K. Cho and Y. Bengio, Neural machine translation by jointly learning to align and
#   translate, ICLR 2015.
# - R. Jozefowicz, W. Zaremba and I. Sutskever, An empirical exploration of recurrent network
#   architectures, ICML 2015: the forget gate's bias.
