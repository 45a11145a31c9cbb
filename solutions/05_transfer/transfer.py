# %% [markdown]
# # Lab 5: Transfer learning

# %%
import numpy as np

from course_utils import datasets, plots
from course_utils.lab import Lab

SEED = 1

lab = Lab("05_transfer")

# %% [markdown]
# ## 3. Chairs: how many images does it take?
#
# The network of this lab was trained on photographs of 200 classes: animals, food, tools, vehicles.
# A rocking chair is the only seat among them. Now it is to help tell ten kinds of chairs apart. We
# compare three ways to learn them from few images:
#
# - **pixels**: logistic regression (softmax regression, to be exact) on the pixels themselves;
# - **from scratch**: a small convolutional network that begins with random weights;
# - **transfer**: the same logistic regression, on the bottleneck vectors of the trained network.
#
# ### Two domains
#
# The chairs come from a small ray tracer. In the **studio** there is one chair of each kind, in its
# usual colour, on a turntable before white: 200 views all around. Such pictures are cheap: a maker
# of furniture has the 3D model anyway. But customers send photographs. The **varied** pictures
# stand for these: each shows another chair of its kind, with its own measures and colour, in
# another room and light.

# %%
CHAIRS = datasets.CHAIRS
studio, studio_labels = datasets.chairs()
varied, varied_labels = datasets.chairs(views=60, varied=True)
print("studio", studio.shape, " varied", varied.shape, studio.dtype)


# %%
def show_chairs(images, per_class, columns, title, ax):
    """Draw a row of pictures for each class; images: uint8 (10 * per_class, 64, 64, 3)."""
    rows = images.reshape(len(CHAIRS), per_class, 64, 64, 3)[:, columns]
    ax.imshow(rows.transpose(0, 2, 1, 3, 4).reshape(len(CHAIRS) * 64, -1, 3))
    ax.set(title=title, xticks=[], yticks=64 * np.arange(len(CHAIRS)) + 32)
    ax.set_yticklabels(CHAIRS)
    ax.grid(False)


fig, axes = plots.figure(1, 2, width=9, height=7)
show_chairs(studio, 200, [0, 22, 44, 81, 103, 147], "studio", axes[0])
show_chairs(varied, 60, [0, 1, 2, 3, 4, 5], "varied", axes[1])
axes[1].set_yticklabels([])
plots.show(
    fig,
    alt="Ten rows of chairs, one for each kind: ladder-back, windsor, stool, office, armchair, "
    "cantilever, shell, folding, rocking, bench. Left, in the studio, six views of one chair of "
    "each kind before white. Right, six different chairs of each kind, in other colours, before "
    "coloured floors and walls.",
)

# %% [markdown]
# We learn from studio pictures only, and test on both. From the turntable, every second view may be
# learned from, 100 of each kind; 25 of the others, which lie between them, are the studio test. No
# varied picture is ever learned from.
#
# **Before you go on:** which of the ten could you tell apart in the studio by their colour alone?
# What will such knowledge be worth in the other domain?

# %%
view = np.arange(len(studio)) % 200
pool, held_out = np.flatnonzero(view % 2 == 0), np.flatnonzero(view % 8 == 1)
x_pool, t_pool = studio[pool], studio_labels[pool]
tests = {
    "studio": (studio[held_out], studio_labels[held_out]),
    "varied": (varied, varied_labels),
}
print("to learn from", x_pool.shape, " tests", {name: len(t) for name, (_, t) in tests.items()})

# %% [markdown]
# ### A fair draw
#
# With 5 images of each kind, luck decides much: which 5? So we repeat every training with other
# draws. Two things make such a comparison fair. Each kind has equally many images (the draw is
# **stratified**). And a larger draw contains the smaller one, so that from one size to the next
# only images are added.
#
# Both follow when the images are shuffled once, and then offered one by one: take an image as long
# as its kind has not got enough.

# %% [markdown]
# ### Exercise 1: `pick_per_class` (2 points, 10 minutes, easy)


# %%
def pick_per_class(labels, n, order):
    """Return the indices of the first n examples of each class, as `order` offers them.

    labels: int array (examples,); any whole numbers may be classes. n: how many of each, at least
    1; `order` offers so many of each. order: int array of indices of examples, each at most once;
    it need not hold all.
    Returns an int array (n * classes,): the indices that were picked, in the order in which they
    stand in `order`.
    """
    ### BEGIN SOLUTION
    keep = np.zeros(len(order), dtype=bool)
    for label in np.unique(labels):
        keep[np.flatnonzero(labels[order] == label)[:n]] = True
    return order[keep]
    ### END SOLUTION


lab.check("pick_per_class", pick_per_class)

# %%
SIZES = [5, 10, 20, 50, 100]  # images of each kind


def draws(seed):
    """Return for each of the sizes which images of the pool are learned from, as a list."""
    order = np.random.default_rng([SEED, seed]).permutation(len(t_pool))
    return [pick_per_class(t_pool, n, order) for n in SIZES]


for n, chosen in zip(SIZES, draws(seed=0), strict=True):
    counts = np.bincount(t_pool[chosen])
    print(f"{n:3} of each: {len(chosen):4} images, from {counts.min()} to {counts.max()} of a kind")

# %% [markdown]
# ### The three learners
#
# Each is a function from the chosen images to probabilities on the two tests. The bottleneck
# vectors are computed **once**, for all pictures that occur anywhere. After that, 25 trainings on
# vectors cost a few seconds.

# %%
from course_utils import transfer
from course_utils.models.googlenet import course_input

bottlenecks = transfer.Bottlenecks(transfer.backbone(), preprocess=course_input)
z_pool = bottlenecks(x_pool)
z_tests = {name: bottlenecks(x) for name, (x, _) in tests.items()}
print("a vector for each image:", z_pool.shape)

# %% [markdown]
# Logistic regression gets the same treatment on vectors and on pixels: each feature is brought to
# mean 0 and variance 1, and large weights are penalised. The pixels are averaged over 4 × 4 blocks,
# which leaves 768 numbers. The matrices are small: one core is faster than several.

# %%
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits


def logistic_regression(x, t, x_tests):
    """Train on vectors x (batch, features); return probabilities for each of x_tests, a dict."""
    regression = LogisticRegression(C=0.01, max_iter=500, tol=1e-3)
    model = make_pipeline(StandardScaler(), regression)
    with threadpool_limits(1):
        model.fit(x, t)
        return {name: model.predict_proba(x_test) for name, x_test in x_tests.items()}


def as_vectors(images):
    """Return images (n, 64, 64, 3) as vectors (n, 768), averaged over blocks of 4 x 4."""
    blocks = images.reshape(len(images), 16, 4, 16, 4, 3).astype("float32")
    return blocks.mean(axis=(2, 4)).reshape(len(images), -1) / 255


pixels_pool = as_vectors(x_pool)
pixels_tests = {name: as_vectors(x) for name, (x, _) in tests.items()}

# %% [markdown]
# The network from scratch has three convolutions. Each training makes the same number of steps,
# however many images there are: with few images, each is seen more often. A compiled network is
# used again and again. `restart` gives it new random weights, and the optimizer an empty memory.

# %%
import keras
from keras import layers

STEPS, BATCH = 160, 32


def small_cnn():
    """Return an untrained network from uint8 images (batch, 64, 64, 3) to ten probabilities."""
    return keras.Sequential(
        [
            keras.Input((64, 64, 3)),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(16, 5, strides=2, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(len(CHAIRS), activation="softmax"),
        ]
    )


cnn = small_cnn()
cnn.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
print(f"{cnn.count_params():,} parameters")


# %%
def restart(model, seed):
    """Give the compiled network new random weights, and its optimizer an empty memory."""
    keras.utils.set_random_seed(seed)
    model.set_weights(small_cnn().get_weights())
    for variable in model.optimizer.variables:
        if "learning_rate" not in variable.path:
            variable.assign(np.zeros(variable.shape))


def from_scratch(x, t, x_tests, seed):
    """Train the network on images x; return probabilities for each of x_tests, a dict."""
    restart(cnn, seed)
    rng = np.random.default_rng(seed)
    rounds = -(-STEPS * BATCH // len(x))
    rows = np.concatenate([rng.permutation(len(x)) for _ in range(rounds)])[: STEPS * BATCH]
    cnn.fit(x[rows], t[rows], batch_size=BATCH, shuffle=False, verbose=0)
    return {name: cnn.predict(x_test, verbose=0) for name, x_test in x_tests.items()}


# %% [markdown]
# Now all of them: five draws for logistic regression, two for the network from scratch.
#
# **Before you run the next cells:** sketch the curves that you expect, accuracy against images of
# each kind: three in the studio, three on the varied pictures.

# %%
images_tests = {name: x for name, (x, _) in tests.items()}


def on_vectors(z, z_tests):
    """Return a learner on these vectors: from chosen rows and a seed to probabilities."""
    return lambda rows, seed: logistic_regression(z[rows], t_pool[rows], z_tests)


def on_images(rows, seed):
    return from_scratch(x_pool[rows], t_pool[rows], images_tests, seed)


learners = {
    "pixels": (5, on_vectors(pixels_pool, pixels_tests)),
    "from scratch": (2, on_images),
    "transfer": (5, on_vectors(z_pool, z_tests)),
}

# %%
predicted, accuracies = {}, {}
for name, (seeds, learn) in learners.items():
    runs = [[learn(rows, seed) for rows in draws(seed)] for seed in range(seeds)]
    for domain, (_, t) in tests.items():
        predicted[name, domain] = runs[0][-1][domain]  # of the first draw, with 100 of each kind
        right = [[np.mean(p[domain].argmax(axis=1) == t) for p in run] for run in runs]
        accuracies[name, domain] = np.array(right)
    print(f"{name:13} {seeds} draws of {len(SIZES)} sizes")

# %% [markdown]
# ### Error bars
#
# `accuracies[learner, domain]` has shape (draws, sizes). Over $m$ draws with accuracies
# $a_1, \dots, a_m$, the mean $\bar a$ is what we plot. How far would it move if we drew again? That
# is what the **standard error of the mean** estimates:
#
# $$s = \sqrt{\frac{1}{m - 1} \sum_{i=1}^m (a_i - \bar a)^2}, \qquad
# \text{standard error} = \frac{s}{\sqrt m}$$
#
# The standard deviation $s$ says how much single runs differ, and does not shrink with more runs.
# The standard error does.

# %% [markdown]
# ### Exercise 2: `mean_and_error` (2 points, 10 minutes, easy)


# %%
def mean_and_error(scores):
    """Return the mean over runs and its standard error, for each size by itself.

    scores: array of numbers (runs, sizes), at least two runs.
    Returns a tuple of two float arrays (sizes,): the means and the standard errors.
    """
    ### BEGIN SOLUTION
    mean = scores.mean(axis=0)
    return mean, scores.std(axis=0, ddof=1) / np.sqrt(len(scores))
    ### END SOLUTION


lab.check("mean_and_error", mean_and_error)

# %%
LOOKS = {
    "transfer": ("blue", "o-"),
    "from scratch": ("vermillion", "s--"),
    "pixels": ("green", "^:"),
}

fig, axes = plots.figure(1, 2, width=9, height=3.8, sharey=True)
for ax, domain in zip(axes, tests, strict=True):
    for name, (color, style) in LOOKS.items():
        mean, error = mean_and_error(accuracies[name, domain])
        ax.errorbar(
            SIZES, mean, error, fmt=style, color=plots.PALETTE[color], capsize=3, label=name
        )
    ax.axhline(1 / len(CHAIRS), color="#555555", lw=1)
    ax.set(title=f"tested on: {domain}", xlabel="studio images of each kind", xscale="log")
    ax.set(xticks=SIZES, xticklabels=SIZES, ylim=(0, 1.02))
    ax.minorticks_off()
axes[0].set_ylabel("accuracy, mean ± standard error")
axes[1].legend(loc="upper left")
plots.show(
    fig,
    alt="Two panels, accuracy against the number of studio images of each kind, 5 to 100, for "
    "transfer, a network from scratch and logistic regression on pixels. On the left, tested in "
    "the studio; on the right, tested on varied pictures, where all curves lie lower. A thin line "
    "marks guessing, 0.1.",
)

# %%
print("accuracy ± standard error      " + "".join(f"{n:>14}" for n in SIZES))
for name in LOOKS:
    for domain in tests:
        pairs = zip(*mean_and_error(accuracies[name, domain]), strict=True)
        row = "".join(f"{mean:8.2f} ± {error:.2f} " for mean, error in pairs)
        print(f"{name:13} tested on {domain:7} {row}")
for domain in tests:
    assert accuracies["transfer", domain][:, -1].mean() > 0.15, "chance is 0.1"

# %% [markdown]
# Three questions to your plot:
#
# - **Few images.** Compare the leftmost points in the studio. How many images does a learner that
#   begins at zero need, to come as far as transfer with 5 of each kind?
# - **The domain.** Compare left and right. A test in the studio alone would have told you nothing
#   about this: there, all images are of the same ten chairs.
# - **More of the same.** How much do the curves on the right gain from 20 to 100 studio images?
#   These are more views of chairs that the learner has seen already.
#
# The studio allows shortcuts: the red one with rods is the shell, what is all red is the armchair,
# green is the folding chair. A learner takes whatever separates its training examples. Nothing
# tells it that colour is an accident, and form is meant. R. Geirhos et al. (Shortcut learning in
# deep neural networks, 2020) collect many such cases.

# %% [markdown]
# ### Which chairs suffer?
#
# The mean over all kinds may hide that some keep their accuracy and others lose all of it. So we
# ask for each kind: which part of its images is recognised in one domain, and which in the other?

# %% [markdown]
# ### Exercise 3: `domain_gap` (2 points, 10 minutes, medium)


# %%
def domain_gap(t, p, t_other, p_other):
    """Return for each class how much accuracy is lost from one domain to another.

    t: int array (n,), the true classes 0, 1, ... of the images of the first domain. p: float array
    (n, classes), what a network says about them; it decides for the class of the largest
    probability. t_other, p_other: the same for the second domain, which may have another number of
    images. Each class occurs in both.
    Returns a float array (classes,): of the images of a class, the part that is decided rightly in
    the first domain, minus that in the second.
    """
    ### BEGIN SOLUTION
    gap = np.zeros(p.shape[1])
    for label in range(p.shape[1]):
        first = np.mean(p[t == label].argmax(axis=1) == label)
        second = np.mean(p_other[t_other == label].argmax(axis=1) == label)
        gap[label] = first - second
    return gap
    ### END SOLUTION


lab.check("domain_gap", domain_gap)

# %%
gaps = {
    name: domain_gap(
        tests["studio"][1],
        predicted[name, "studio"],
        tests["varied"][1],
        predicted[name, "varied"],
    )
    for name in LOOKS
}
fig, ax = plots.figure(width=8, height=3.4)
for shift, (name, (color, _)) in zip((-0.27, 0, 0.27), LOOKS.items(), strict=True):
    place = np.arange(len(CHAIRS)) + shift
    ax.bar(place, gaps[name], 0.25, color=plots.PALETTE[color], label=name)
ax.axhline(0, color="#555555", lw=1)
ax.set(ylabel="accuracy lost", xticks=np.arange(len(CHAIRS)))
ax.set_xticklabels(CHAIRS, rotation=35, ha="right")
ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
plots.show(
    fig,
    alt="Bars for ten kinds of chairs: accuracy in the studio minus accuracy on varied pictures, "
    "for transfer, from scratch and pixels, after 100 studio images of each kind. The kinds differ "
    "widely.",
)
for name in LOOKS:
    order = np.argsort(gaps[name])
    print(f"{name:13} loses least on {CHAIRS[order[0]]}, most on {CHAIRS[order[-1]]};", end=" ")
    print(f"on the mean {gaps[name].mean():.2f}")

# %% [markdown]
# Mind what a short bar may mean. A learner that calls everything by one name loses nothing on that
# kind, and knows nothing. Accuracy by class never shows the false alarms of the other classes.
#
# ### What helps
#
# Suppose that a few customers' photographs may be labelled after all. On vectors this is quickly
# tried: to the 100 studio images of each kind, add 1, 2, 5, 10 or 20 varied ones. Those we test on
# must then be others: the last 40 of each kind.
#
# **Before you run the next cell:** how many varied images will be worth as much as 100 of the
# studio?

# %%
few = np.flatnonzero(np.arange(len(varied)) % 60 < 20)
rest = {"varied": z_tests["varied"][np.arange(len(varied)) % 60 >= 20]}
t_rest = varied_labels[np.arange(len(varied)) % 60 >= 20]
ADDED = [0, 1, 2, 5, 10, 20]


def with_varied(n, seed, z, t):
    """Return the accuracy on varied images after training on (z, t) and n varied of each kind."""
    order = np.random.default_rng([SEED, seed]).permutation(few)
    rows = pick_per_class(varied_labels, n, order) if n else few[:0]
    z, t = np.concatenate([z, z_tests["varied"][rows]]), np.concatenate([t, varied_labels[rows]])
    p = logistic_regression(z, t, rest)["varied"]
    return np.mean(p.argmax(axis=1) == t_rest)


# %%
fig, ax = plots.figure(width=6, height=3.4)
both = np.array([[with_varied(n, seed, z_pool, t_pool) for n in ADDED] for seed in range(3)])
alone = [[with_varied(n, seed, z_pool[:0], t_pool[:0]) for n in ADDED[1:]] for seed in range(3)]
alone = np.array(alone)
for sizes, scores, label, color, style in (
    (ADDED, both, "with 100 studio images", "blue", "o-"),
    (ADDED[1:], alone, "alone", "orange", "s--"),
):
    mean, error = mean_and_error(scores)
    ax.errorbar(sizes, mean, error, fmt=style, color=plots.PALETTE[color], capsize=3, label=label)
ax.set(xlabel="varied images of each kind", xticks=ADDED, ylim=(0, 1))
ax.set_ylabel("accuracy on other varied images")
ax.legend()
plots.show(
    fig,
    alt="Accuracy of transfer on varied pictures against the number of varied images of each kind "
    "that were learned from, 0 to 20: once together with 100 studio images, once alone.",
)
print("with studio", both.mean(axis=0).round(2), " alone", alone.mean(axis=0).round(2))

# %% [markdown]
# Where the two curves meet, the studio images no longer help. **A test set must come from where the
# network will be used**, and so should at least some of the images that it learns from.
#
# ## 4. How deep should one cut?
#
# So far we have used the very last features of the trained network. Are they the best ones to
# transfer? J. Yosinski, J. Clune, Y. Bengio and H. Lipson (How transferable are features in deep
# neural networks?, 2014) cut trained networks at every layer. The first layers are **general**:
# edges and colours serve any task. The last ones are **specific**: they serve the classes that
# they were trained on. Somewhere between lies the best place for a new task, and where depends on
# how far the tasks are apart.
#
# We chop our network after each of its nine Inception modules. Whatever is above is thrown away,
# and a new classifier learns on the means of the module's feature maps.

# %%
from course_utils.models.googlenet import googlenet

network = googlenet(include_top=False)
MODULES = [f"inception_{name}" for name in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]
for name in MODULES:
    print(name, network.get_layer(name).output.shape[1:])

# %% [markdown]
# Nine chopped networks would compute the lowest module nine times. One network with nine taps
# computes it once. `Bottlenecks` wants one vector for each image, so the nine vectors are joined
# into a long one, and cut apart later.

# %% [markdown]
# ### Exercise 4: `tapped` (3 points, 15 minutes, medium)


# %%
def tapped(network, names):
    """Return a Keras model from images to what the layers `names` of a network respond.

    network: a Functional Keras model of one input. names: a list of names of its layers, at least
    one; each of these layers returns maps (batch, height, width, maps).
    Returns a Keras model of the network's own layers: it takes what the network takes, averages
    each map over its height and width, and returns all averages in one vector, (batch, sum of
    maps), layer after layer in the order of `names`. Nothing is trained, copied or frozen.
    """
    ### BEGIN SOLUTION
    taps = [network.get_layer(name).output for name in names]
    averages = [keras.layers.GlobalAveragePooling2D()(maps) for maps in taps]
    if len(averages) == 1:
        return keras.Model(network.input, averages[0])
    return keras.Model(network.input, keras.layers.Concatenate()(averages))
    ### END SOLUTION


lab.check("tapped", tapped)

# %%
depths = tapped(network, MODULES)
at_depth = transfer.Bottlenecks(depths, preprocess=course_input)
widths = [network.get_layer(name).output.shape[-1] for name in MODULES]
rows = pick_per_class(t_pool, 40, np.random.default_rng(SEED).permutation(len(t_pool)))
deep_pool, t_deep = at_depth(x_pool[rows]), t_pool[rows]
deep_tests = {name: at_depth(x) for name, (x, _) in tests.items()}
print("vectors", deep_pool.shape, "=", " + ".join(map(str, widths)))

# %% [markdown]
# **Before you run the next cell:** draw the curve that you expect, accuracy against the depth of
# the cut: for the studio, and for the varied pictures.

# %%
PER_CLASS = 20


def accuracy_at(depth, seed):
    """Return accuracies of a classifier on one module's features, learned from PER_CLASS images."""
    ends = np.cumsum(widths)
    part = slice(ends[depth] - widths[depth], ends[depth])
    order = np.random.default_rng([SEED, seed]).permutation(len(t_deep))
    chosen = pick_per_class(t_deep, PER_CLASS, order)
    inputs = {name: z[:, part] for name, z in deep_tests.items()}
    p = logistic_regression(deep_pool[chosen, part], t_deep[chosen], inputs)
    return [np.mean(p[name].argmax(axis=1) == t) for name, (_, t) in tests.items()]


frozen = np.array([[accuracy_at(d, seed) for d in range(len(MODULES))] for seed in range(3)])

# %% [markdown]
# Frozen features are one choice. The other is to **fine-tune**: train what is below the cut, too,
# with a low learning rate. For nine networks this takes minutes and not seconds, so it was done
# beforehand, with as many pictures and the same tests: `data/layer_transfer.csv` holds the results,
# made by `scripts/record_layer_transfer.py`.

# %%
from course_utils import paths

recorded = np.genfromtxt(
    paths.DATA / "layer_transfer.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
)
tuned = recorded[recorded["trained"] == "all"]

# %%
fig, axes = plots.figure(1, 2, width=9, height=3.8, sharey=True)
for column, (ax, domain) in enumerate(zip(axes, tests, strict=True)):
    mean, error = mean_and_error(frozen[:, :, column])
    place = np.arange(len(MODULES))
    color = plots.PALETTE["blue"]
    ax.errorbar(place, mean, error, fmt="o-", color=color, capsize=3, label="frozen")
    order = [MODULES.index(name) for name in tuned["module"]]
    ax.plot(order, tuned[domain], "s--", color=plots.PALETTE["vermillion"], label="fine-tuned")
    ax.set(title=f"tested on: {domain}", xlabel="cut after module", xticks=place, ylim=(0, 1.02))
    ax.set_xticklabels([name[-2:] for name in MODULES])
axes[0].set_ylabel(f"accuracy, {PER_CLASS} images of each kind")
axes[1].legend()
plots.show(
    fig,
    alt="Accuracy against the Inception module after which the network is cut, 3a to 5b, with "
    "frozen and with fine-tuned features: on the left in the studio, on the right on varied "
    "pictures.",
)

# %%
for column, domain in enumerate(tests):
    mean = frozen[:, :, column].mean(axis=0)
    best = MODULES[int(mean.argmax())]
    print(f"{domain}: best cut after {best} ({mean.max():.2f}); at the end {mean[-1]:.2f}")
    assert mean.max() > 0.15, "chance is 0.1"

# %% [markdown]
# Compare the two panels. In the studio, does the depth matter? And outside? Where is the best place
# to cut, and how much does it gain over the end of the network?
#
# Two forces pull. Deeper features know more about objects, and less about accidents such as colour
# and texture. But the deepest have specialised on the classes of their training, among which chairs
# played a small part. And deeper modules have more maps, so that a classifier on them has more
# weights to fit.
#
# Fine-tuning can bend features to the new task. But all it is given are studio pictures: it may
# bend them towards the shortcuts, too.

# %% [markdown]
# ## 7. With weights from ImageNet
#
# The network that comes with the course is half as wide as GoogLeNet, and was trained on small
# pictures of 200 classes. The original (Szegedy et al. 2014, as trained by BVLC) saw 1.2 million
# pictures of 224 × 224 pixels, of 1,000 classes. Are its features better for our chairs?
#
# Its weights are 54 MB and do not come with the course. If you have them, this section compares
# both. Otherwise it tells you how to get them, and goes on.

# %%
from pathlib import Path

from course_utils.models.googlenet import imagenet, imagenet_input

IMAGENET = None  # or the path of a bvlc_googlenet.npz or .caffemodel that you have


def imagenet_weights():
    """Return the path of the weights, or None where there are none on this machine."""
    kept = [imagenet.cache() / f"bvlc_googlenet.{ending}" for ending in ("npz", "caffemodel")]
    found = [path for path in ([Path(IMAGENET)] if IMAGENET else kept) if path.is_file()]
    return found[0] if found else None


weights = imagenet_weights()
if weights is None:
    print(
        "No ImageNet weights here: googlenet(weights='imagenet') fetches them once (54 MB), or set "
        "IMAGENET above to the path of a file that you have; then run this section again."
    )

# %% [markdown]
# An image of 224 × 224 costs this network as much as a dozen of 64 × 64 cost the other one. So it
# gets fewer: 20 of each kind to learn from, 10 in each test.

# %%
small_tests = {}
for name, (x, t) in tests.items():
    chosen = pick_per_class(t, 10, np.random.default_rng(SEED).permutation(len(t)))
    small_tests[name] = (x[chosen], t[chosen])


def compare(network, preprocess):
    """Return accuracies {domain: number} of a classifier on a network's bottlenecks."""
    features = transfer.Bottlenecks(network, preprocess=preprocess)
    inputs = {name: features(x) for name, (x, _) in small_tests.items()}
    chosen = pick_per_class(t_pool, PER_CLASS, rows)
    p = logistic_regression(features(x_pool[chosen]), t_pool[chosen], inputs)
    return {name: np.mean(p[name].argmax(axis=1) == t) for name, (_, t) in small_tests.items()}


# %%
if weights is not None:
    of_course = compare(transfer.backbone(), course_input)
    of_imagenet = compare(googlenet(weights=weights, include_top=False), imagenet_input)
    for domain in small_tests:
        print(f"tested on {domain}: course {of_course[domain]:.2f}", end=", ")
        print(f"ImageNet {of_imagenet[domain]:.2f}")

# %% [markdown]
# With both at hand, compare: is the gap between the domains smaller with features from more
# pictures, and larger ones?
