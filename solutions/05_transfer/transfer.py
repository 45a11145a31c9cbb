# %% [markdown]
# # Lab 5: Transfer learning
#
# **After this lab you can**
#
# - reuse a trained network on pictures that it has never seen, with a few images of each class and
#   in seconds;
# - keep what it computes on disk, and be sure that what you read is what it would compute now;
# - say when reuse beats a network of your own, and which of its layers to keep;
# - fine-tune it, and recognise the three usual ways in which that goes wrong;
# - make a classifier of a folder of your own pictures, and save it.
#
# **Time:** about three and a half hours. The eleven exercises take a good two of them.
#
# **It builds on** lab 3: convolutions, pooling, Inception modules, batch normalisation, dropout.
# Lab 4 turned from images to sequences; here we come back to images, to networks that somebody has
# trained already.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("nearest")` gives a hint, and one more each time you call
# it. `lab.progress()` shows what is done. After a restart of the kernel, run the cells of your
# answers again: Run > Run All Above Selected Cell.

# %%
import hashlib
import tempfile
import time
from pathlib import Path

import numpy as np

from course_utils import datasets, plots
from course_utils.common import paths
from course_utils.lab import Lab

SEED = 1  # another number gives other weights to start from, and the same conclusions

lab = Lab("05_transfer")

# %%
import keras

from course_utils import training, transfer
from course_utils.interpret import insight
from course_utils.models.googlenet import class_names, course_input, googlenet

training.set_seed(SEED)

# %% [markdown]
# ## 1. What a trained network already knows
#
# Can a network that learned about goldfish, school buses and teapots tell apart chairs? Of its 200
# classes a rocking chair is the only seat. But on its way to the teapot it had to learn about
# edges, corners, handles and surfaces, and chairs are made of these too. **Transfer learning**
# takes the layers that know about such things from one network, and puts a new, small classifier on
# them.
#
# The network here is GoogLeNet (Szegedy and others, 2014), which has 22 layers with weights, most
# of them in nine **Inception modules**. You built such a module in lab 3: four branches side by
# side, whose maps are laid behind one another. The course ships a small one, of half the width, for
# images of 64 × 64 pixels. It was trained to tell apart 200 classes of Tiny ImageNet.

# %%
network = googlenet()
names = class_names()
modules = [layer.name for layer in network.layers if isinstance(layer, keras.layers.Concatenate)]
print(f"{network.count_params():,} weights; {len(names)} classes, such as {', '.join(names[::25])}")
assert len(modules) == 9 and network.output_shape == (None, 200)

# %% [markdown]
# Its blocks, with the shape of what leaves each of them. The **bottleneck** is the narrowest place
# of the network: the average of each of the last maps. All that the classifier behind it learns of
# an image are these numbers.

# %% tags=["hide-input"]
stages = ["conv1_7x7_s2", "conv2_3x3", *modules, "bottleneck", "probabilities"]
texts = {
    name: " × ".join(str(n) for n in network.get_layer(name).output.shape[1:]) for name in stages
}
boxes = {"images": ("images\n64 × 64 × 3", 0.0, 2.0)}
for number, name in enumerate(stages, 1):
    row, column = divmod(number, 5)
    column = 4 - column if row == 1 else column  # to and fro
    label = name.replace("_7x7_s2", "").replace("_3x3", "").replace("_", " ")
    boxes[name] = (f"{label}\n{texts[name]}", 2.2 * column, 2.0 - 1.0 * row)
flow = list(boxes)
fig, ax = plots.figure(width=9, height=3.2)
plots.blocks(ax, boxes, [(a, b, 0.0) for a, b in zip(flow[:-1], flow[1:], strict=True)])
plots.show(
    fig,
    alt="GoogLeNet as a chain of blocks, to and fro in three rows: images, two convolutions, nine "
    "Inception modules from 3a to 5b, whose maps become smaller and more numerous, the bottleneck, "
    "a vector of 512 numbers, and 200 probabilities.",
)

# %% [markdown]
# ### What its layers answer to
#
# Let us see what becomes of a photograph. Convolutions do not mind the size of an image, so that
# the same weights work on a larger one, on which we see more.
#
# **Before you run the next cell:** the maps are shown from an early layer to a late one. In which
# of them will you still recognise the palace?

# %%
palace, flower = datasets.photographs()
large = googlenet((None, None, 3), include_top=False)
photo = course_input((255 * palace[:416, :624]).astype("uint8"), side=416)
shown = ["conv1_7x7_s2_relu", "conv2_3x3_relu", "inception_3b", "inception_4c", "inception_5b"]
maps = insight.feature_maps(large, photo, shown)

# %% tags=["hide-input"]
fig, axes = plots.figure(len(shown), 7, width=9, height=7.2)
for row, (name, answers) in zip(axes, maps.items(), strict=True):
    strongest = np.argsort(answers[0].std(axis=(0, 1)))[::-1][:6]
    row[0].imshow(photo[0] / 2 + 0.5)
    row[0].set_axis_off()
    row[0].set_title(name.replace("_relu", "").replace("_7x7_s2", ""), loc="left")
    for ax, number in zip(row[1:], strongest, strict=True):
        ax.imshow(answers[0, :, :, number], cmap="gray")
        ax.set_axis_off()
        ax.set_title(f"map {number}")
plots.show(
    fig,
    alt="For five layers from first to last, the photograph of the palace and the six maps in it "
    "that vary most. Those of the first layer look like drawings of the palace's edges; in the "
    "middle there are spots at roofs and columns; the last maps are coarse, with few bright "
    "places.",
)

# %% [markdown]
# Early layers answer to edges, at each pixel. Later ones answer to rarer and larger things, and say
# less and less about where. At the end, the average over all places is taken, and what remains is
# *how much* of each thing there is: a vector of 512 numbers.
#
# ### Chairs
#
# Our new images are chairs, ten kinds of them, from a small ray tracer of the course. In the
# **studio** there is one chair of each kind, in its usual colour, on a turntable before white: 200
# views all around. The **varied** ones differ in shape, colour, light and background.

# %%
CHAIRS = datasets.CHAIRS
studio, studio_labels = datasets.chairs()
varied, varied_labels = datasets.chairs(views=60, varied=True)
print("studio", studio.shape, " varied", varied.shape, studio.dtype)


# %% tags=["hide-input"]
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
# ### What lies near what
#
# An image is a point: in the space of its pixels, with 12,288 coordinates, or in the space of its
# bottleneck, with 512. If the network has learned something useful, then images of one kind should
# lie in similar **directions** of the second space. The angle between two vectors is measured by
# its cosine:
#
# $$\cos(z, z') = \frac{z \cdot z'}{\lVert z \rVert \, \lVert z' \rVert}$$
#
# It is 1 if they point the same way, however long they are.

# %% [markdown]
# ### Exercise 1: `nearest` (2 points, 15 minutes, medium)


# %%
def nearest(query, gallery, k):
    """For each query, find the vectors in a gallery that are most similar to it, by their cosine.

    query: float array (queries, features). gallery: float array (vectors, features), at least k of
    them. No vector is zero, and no two in the gallery are equally similar to a query.
    Returns an int array (queries, k): numbers of rows of the gallery, counted from 0, the most
    similar first.
    """
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(gallery, axis=1)
    similarity = query @ (gallery / lengths[:, None]).T
    return np.argsort(-similarity, axis=1)[:, :k]
    ### END SOLUTION


lab.check("nearest", nearest)

# %% [markdown]
# Now the bottlenecks of the varied chairs. `transfer.backbone` cuts off the classifier, and
# `course_input` makes of pixels from 0 to 255 what the network learned with, -1 to 1.

# %%
backbone = transfer.backbone(network)
extractor = transfer.Bottlenecks(backbone, preprocess=course_input, verbose=False)
z_varied = extractor(varied)
print(f"from {varied[0].size:,} numbers per image to {z_varied.shape[1]}")

# %% [markdown]
# **Before you run the next two cells:** two images of different chairs have the same white wall
# behind them. Will they be near each other in pixels? And in the bottleneck?

# %%
pixels = varied.reshape(len(varied), -1) / 255
pixels -= pixels.mean(axis=0)  # or all of them point the same way: towards white
near_pixels = nearest(pixels, pixels, 6)
near_z = nearest(z_varied, z_varied, 6)
kin = varied_labels[near_z[:, 1:]] == varied_labels[:, None]  # (600, 5)
queries = []
for kind in (0, 2, 4, 6):
    members = np.flatnonzero(varied_labels == kind)
    queries.append(members[np.argsort(kin[members].sum(axis=1))[len(members) // 2]])

# %% tags=["hide-input"]
fig, axes = plots.figure(4, 12, width=9, height=3.6)
for row, query in zip(axes, queries, strict=True):
    found = [*near_pixels[query], *near_z[query]]
    for ax, number in zip(row, found, strict=True):
        ax.imshow(varied[number])
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        right = varied_labels[number] == varied_labels[query]
        for side in ax.spines.values():
            side.set(
                visible=True, linewidth=2, color=plots.PALETTE["green"] if right else "#BBBBBB"
            )
titles = [f"{what} {n}" if n else "image" for what in ("pixels", "z") for n in range(6)]
for ax, title in zip(axes[0], titles, strict=True):
    ax.set_title(title, fontsize=8)
plots.show(
    fig,
    alt="Four varied chairs of different kinds, each with its five nearest images by pixels on the "
    "left and by the bottleneck on the right. Those of its kind are framed in green. By pixels "
    "they share colours and backgrounds; by the bottleneck more of them share the kind.",
)


# %%
def share_of_kin(near):
    """How many of the five nearest (the image itself left out) are of the same class."""
    return np.mean(varied_labels[near[:, 1:]] == varied_labels[:, None])


in_pixels, in_z = share_of_kin(near_pixels), share_of_kin(near_z)
print(
    f"of the five nearest, of the same kind: {in_pixels:.0%} in pixels, {in_z:.0%} in z; "
    "10 % by chance"
)
assert in_z > in_pixels > 0.1

# %% [markdown]
# Nobody told the network what a stool is. Yet in its bottleneck, stools lie nearer to stools than
# they do in pixels. A classifier on top has less left to do: that is all of transfer learning.
#
# ## 2. The recipe
#
# 1. Send all images through the trained layers once. Keep the bottlenecks.
# 2. Train one new layer on the bottlenecks.
# 3. Put it on the trained layers: one network, from pixels to your classes.
#
# ### Step 1: extract
#
# Images go through a network in batches: all at once do not fit into its memory, one by one is
# slow.

# %% [markdown]
# ### Exercise 2: `extract` (1 point, 10 minutes, easy)


# %%
def extract(network, images, batch):
    """Return the features of many images, computed a few at a time.

    network: a function from float32 images (n, height, width, channels), scaled to -1 to 1, to
    their features (n, features). images: uint8 array (images, height, width, channels), from 0 to
    255, at least one image; it stays as it is. batch: the network is called on so many images at a
    time, in their order. The last batch may be smaller.
    Returns an array (images, features): row i belongs to image i.
    """
    ### BEGIN SOLUTION
    features = []
    for start in range(0, len(images), batch):
        pixels = images[start : start + batch].astype("float32")
        features.append(network(pixels / 127.5 - 1))
    return np.concatenate(features)
    ### END SOLUTION


lab.check("extract", extract)

# %% [markdown]
# Yours and the library's must agree:

# %%
mine = extract(lambda x: keras.ops.convert_to_numpy(backbone(x, training=False)), varied[:20], 8)
assert np.allclose(mine, z_varied[:20], atol=1e-3)
print(f"largest difference: {np.abs(mine - z_varied[:20]).max():.1e}")

# %% [markdown]
# ### Keep
#
# A bottleneck is the same today and tomorrow, as long as three things are: the image, the weights
# of the network, and what is done to the pixels before. So it can be kept in a file. The danger
# is a **stale** file: somebody replaced an image or trained the network further, and the old
# numbers are served as if nothing had happened. No error appears, the results are wrong.
#
# The cure is to name the file by its contents. A **hash** function such as SHA-256 makes 64
# hexadecimal digits of any bytes. The same bytes give the same digits, at every run and on every
# machine; other bytes give other digits. So the hash of *all* that the result depends on is a key:
# whatever changes, the key changes too, and the old file is not found.
#
# (The bytes of a matrix of 2 × 3 numbers and of one of 3 × 2 are the same. So dtype and shape
# belong into what is hashed, too.)

# %%
for contents in (b"a chair", b"a chair", b"A chair"):
    print(contents, hashlib.sha256(contents).hexdigest()[:16], "...")

# %% [markdown]
# `transfer.Bottlenecks` does this for each image by itself: add one image to a thousand, and one is
# computed. It writes a file under another name first and renames it when it is whole, so that
# nobody ever reads half a file, and it notices a damaged one.
#
# (Here the cache lies in a folder that is deleted at the end, so that you can see both cases. For
# your own work give it a folder that stays.)

# %%
scratch = tempfile.TemporaryDirectory()
bottlenecks = transfer.Bottlenecks(backbone, preprocess=course_input, cache=scratch.name)
z_studio = bottlenecks(studio)
seconds_extract = bottlenecks.report.seconds

# %%
again = bottlenecks(studio)
seconds_cached = bottlenecks.report.seconds
assert np.array_equal(again, z_studio) and bottlenecks.report.computed == 0

# %% [markdown]
# **Before you run the next cell:** it asks for 20 images four times. One bit of one pixel of one
# image is changed; then that is undone, and one weight of 1.5 million is changed; then that is
# undone, too. How many of the 20 are computed each time?

# %%
bottlenecks.verbose = False
changed = studio[:20].copy()
changed[3, 30, 30, 0] ^= 1
kernel = backbone.get_layer("inception_5b_1x1").kernel
as_trained = kernel.numpy()
other = as_trained.copy()
other[0, 0, 0, 0] += 0.001

computed = {}
for what, images, values in (
    ("nothing changed", studio[:20], as_trained),
    ("one bit of one pixel", changed, as_trained),
    ("one weight", studio[:20], other),
    ("nothing again", studio[:20], as_trained),
):
    kernel.assign(values)
    bottlenecks(images)
    computed[what] = bottlenecks.report.computed
print(computed)
assert list(computed.values()) == [0, 1, 20, 0]

# %% [markdown]
# ### Step 2: a new layer
#
# On the bottleneck, one layer is enough: softmax regression. With few images it can still learn
# them by heart. Dropout on its input helps.

# %% [markdown]
# ### Exercise 3: `new_layer` (1 point, 10 minutes, easy)


# %%
def new_layer(features, classes, dropout):
    """Return the new classifier: a compiled Keras model from bottlenecks to probabilities.

    features: length of a bottleneck. classes: how many there are. dropout: part of the features
    that is dropped in training.
    The model takes (batch, features) and returns (batch, classes). Dropout comes first, then one
    dense layer with softmax. It is compiled with Adam at a learning rate of 0.003 and the
    cross-entropy for labels that are whole numbers; metrics are up to you.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input((features,)),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.003),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


lab.check("new_layer", new_layer)

# %% [markdown]
# Half of the views of each studio chair to learn from, half to be tested on:

# %%
learn = np.arange(len(studio)) % 2 == 0
head = new_layer(z_studio.shape[1], len(CHAIRS), dropout=0.2)
start = time.perf_counter()
head.fit(z_studio[learn], studio_labels[learn], batch_size=100, epochs=50, verbose=0)
seconds_train = time.perf_counter() - start
accuracy = head.evaluate(z_studio[~learn], studio_labels[~learn], verbose=0)[1]
print(f"accuracy on the other views: {accuracy:.1%}")
assert accuracy > 0.8

# %% [markdown]
# ### What the cache saves
#
# Without keeping the bottlenecks, each of the 50 epochs would send each image through the whole
# network again.
#
# **Before you run the next cell:** guess by which factor that would take longer.

# %%
seconds_epoch = seconds_extract * learn.mean()  # half of the images were learned from
without = 50 * seconds_epoch + seconds_train
with_cache = seconds_epoch + seconds_train
ratio = without / with_cache
print(f"50 epochs without keeping: about {ratio:.0f} times as long as with it")
print(f"reading them again: {seconds_extract / seconds_cached:.0f} times as fast as computing")
assert ratio > 3

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5, height=1.9)
bars = [("each epoch anew", 50 * seconds_epoch), ("bottlenecks kept", seconds_epoch)]
for name, seconds in bars:
    ax.barh(name, seconds, color=plots.PALETTE["blue"])
    ax.barh(name, seconds_train, left=seconds, color=plots.PALETTE["orange"])
ax.barh(name, 0, color=plots.PALETTE["blue"], label="trained layers")
ax.barh(name, 0, color=plots.PALETTE["orange"], label="new layer, 50 epochs")
ax.set(xlabel="time (s)")
ax.grid(axis="y", visible=False)
ax.legend(loc="upper right")
plots.show(
    fig,
    alt="Two bars of time. With each epoch anew nearly all of a long bar is spent in the trained "
    "layers. With bottlenecks kept the bar is short, and a good part of it is the new layer.",
)

# %% [markdown]
# The factor grows with the number of epochs and with the size of the network. And you will train
# the new layer more than once: to choose its **hyperparameters**, such as learning rate and
# dropout.
#
# The price: **augmentation**, another crop or mirror image of each picture at each epoch, needs a
# new bottleneck each time.
#
# ### Step 3: one network again
#
# Whoever uses the classifier has an image, not a bottleneck. So the parts are put together. What
# was done to the pixels belongs into the network, or somebody will forget it.

# %% [markdown]
# ### Exercise 4: `assembled` (2 points, 15 minutes, medium)


# %%
def assembled(backbone, head):
    """Return one Keras model from raw images to probabilities.

    backbone: a Keras model from images (batch, height, width, channels), scaled to -1 to 1, to
    features. head: a Keras model from these features to probabilities.
    The new model takes images of the backbone's size with pixels from 0 to 255, scales them, and
    returns what head makes of what backbone makes of them. It shares the weights of both. The
    backbone is frozen: in training, only the head can learn.
    """
    ### BEGIN SOLUTION
    backbone.trainable = False
    inputs = keras.Input(backbone.input_shape[1:])
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    return keras.Model(inputs, head(backbone(x)))
    ### END SOLUTION


lab.check("assembled", assembled)

# %%
classifier = assembled(backbone, head)
probabilities = classifier.predict(studio[~learn][::100].astype("float32"), verbose=0)
expected = head.predict(z_studio[~learn][::100], verbose=0)
print(f"largest difference to head and bottlenecks: {np.abs(probabilities - expected).max():.1e}")
assert np.allclose(probabilities, expected, atol=1e-3)

# %% [markdown]
# `transfer.assemble` does the same, and so does `transfer.new_head` for the layer.

# %%
lab.progress()

# %% [markdown]
# ## 3. Chairs: how many images does it take?
#
# Was the trained network of any use, or would a small one of our own do as well? We compare three
# ways to learn chairs from few images:
#
# - **pixels**: logistic regression (softmax regression, to be exact) on the pixels themselves;
# - **from scratch**: a small convolutional network that begins with random weights;
# - **transfer**: the same logistic regression, on the bottleneck vectors of the trained network.
#
# ### Two domains
#
# In the **studio** there is one chair of each kind. Such pictures are cheap: a maker of furniture
# has the 3D model anyway. But customers send photographs. The **varied** pictures stand for these:
# each shows another chair of its kind, with its own measures and colour, in another room and light.

# %% [markdown]
# We learn from either domain. From the turntable, every second view may be learned from, 100 of
# each kind; 25 of the others, which lie between them, are the studio test. Of the varied pictures,
# you have seen 60 of each kind; these may be learned from. There are 40 more of each. They are the
# varied **test set** of this lab: nothing is learned from them, and nothing is chosen by them.
#
# **Before you go on:** which of the ten could you tell apart in the studio by their colour alone?
# What will such knowledge be worth in the other domain?

# %%
view = np.arange(len(studio)) % 200
pool, held_out = np.flatnonzero(view % 2 == 0), np.flatnonzero(view % 8 == 1)
x_pool, t_pool = studio[pool], studio_labels[pool]
all_varied, all_labels = datasets.chairs(varied=True)
last = np.arange(len(all_varied)) % 100 >= 60  # `varied` holds the others
pools = {"studio": (x_pool, t_pool), "varied": (varied, varied_labels)}
tests = {
    "studio": (studio[held_out], studio_labels[held_out]),
    "varied": (all_varied[last], all_labels[last]),
}
for what, pictures in (("learn from", pools), ("test on", tests)):
    print(f"to {what}:", {name: len(t) for name, (_, t) in pictures.items()})

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
# ### Exercise 5: `pick_per_class` (2 points, 10 minutes, easy)


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
SIZES = [5, 10, 20, 50]  # images of each kind; the record of section 3 has the same


def draws(labels, seed):
    """Return for each of the sizes which of the images are learned from, as a list."""
    order = np.random.default_rng([SEED, seed]).permutation(len(labels))
    return [pick_per_class(labels, n, order) for n in SIZES]


for n, chosen in zip(SIZES, draws(t_pool, seed=0), strict=True):
    counts = np.bincount(t_pool[chosen])
    print(f"{n:3} of each: {len(chosen):4} images, from {counts.min()} to {counts.max()} of a kind")

# %% [markdown]
# ### The three learners
#
# Each is a function from a domain and the chosen images to probabilities on the two tests. The
# bottleneck vectors are computed **once**, for all pictures that occur anywhere. After that, 80
# trainings on vectors cost a few seconds.

# %%
z_pools = {"studio": z_studio[pool], "varied": z_varied}
z_tests = {"studio": z_studio[held_out], "varied": extractor(tests["varied"][0])}
print("a vector for each image:", {name: z.shape for name, z in z_pools.items()})

# %% [markdown]
# Logistic regression gets the same treatment on vectors and on pixels: each feature is brought to
# mean 0 and variance 1, and large weights are penalised: a **regularisation**, known as **weight
# decay** where a network is trained by gradient descent. The pixels are averaged over 4 × 4 blocks,
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


pixels_pools = {name: as_vectors(x) for name, (x, _) in pools.items()}
pixels_tests = {name: as_vectors(x) for name, (x, _) in tests.items()}

# %% [markdown]
# The network from scratch has three convolutions. Each training makes the same number of steps,
# however many images there are: with few images, each is seen more often.

# %%
from course_utils.experiments import few_chairs

cnn = few_chairs.network()
shapes = [f"{layer.name} {layer.output.shape[1:]}" for layer in cnn.layers]
print("\n".join(shapes))
print(f"{cnn.count_params():,} parameters, {few_chairs.STEPS} steps of {few_chairs.BATCH} images")

# %% [markdown]
# Now all of them: five draws for each learner, with four sizes from two domains. On vectors that is
# done at once. From scratch, the 40 trainings were done beforehand: `data/few_chairs.csv`, made by
# `scripts/record_few_chairs.py`, holds their accuracies. Only the largest draw of each domain is
# trained here, to see whether it comes to the same.
#
# **Before you run the next cells:** sketch the curves that you expect, accuracy against images of
# each kind: from studio to studio, from studio to varied, from varied to varied. Where will the
# three learners differ most?

# %%
DRAWS = 5
images_tests = {name: x for name, (x, _) in tests.items()}
on_vectors = {"pixels": (pixels_pools, pixels_tests), "transfer": (z_pools, z_tests)}

# %%
predicted, accuracies = {}, {}
for name, (vectors, vectors_tests) in on_vectors.items():
    for source, (_, t) in pools.items():
        runs = [
            [logistic_regression(vectors[source][rows], t[rows], vectors_tests) for rows in of_seed]
            for of_seed in (draws(t, seed) for seed in range(DRAWS))
        ]
        for domain, (_, t_test) in tests.items():
            predicted[name, source, domain] = runs[0][-1][domain]  # of the first draw, 50 of each
            right = [[np.mean(p[domain].argmax(axis=1) == t_test) for p in run] for run in runs]
            accuracies[name, source, domain] = np.array(right)

# %%
points = few_chairs.recorded()
for source, (x, t) in pools.items():
    chosen = draws(t, seed=0)[-1]
    p = few_chairs.from_scratch(x[chosen], t[chosen], images_tests, SEED)
    for domain, (_, t_test) in tests.items():
        rows = [getattr(point, domain) for point in points if point.source == source]
        accuracies["from scratch", source, domain] = np.array(rows).reshape(-1, len(SIZES))
        predicted["from scratch", source, domain] = p[domain]
        here = np.mean(p[domain].argmax(axis=1) == t_test)
        there = accuracies["from scratch", source, domain][:, -1]
        print(f"from scratch, {source} to {domain}: {here:.2f} here, recorded {there.round(2)}")
        assert abs(here - there.mean()) < 0.1

# %% [markdown]
# ### Error bars
#
# `accuracies[learner, source, domain]` has shape (draws, sizes). Over $m$ draws with accuracies
# $a_1, \dots, a_m$, the mean $\bar a$ is what we plot. How far would it move if we drew again? That
# is what the **standard error of the mean** estimates:
#
# $$s = \sqrt{\frac{1}{m - 1} \sum_{i=1}^m (a_i - \bar a)^2}, \qquad
# \text{standard error} = \frac{s}{\sqrt m}$$
#
# The standard deviation $s$ says how much single runs differ, and does not shrink with more runs.
# The standard error does.

# %% [markdown]
# ### Exercise 6: `mean_and_error` (2 points, 10 minutes, easy)


# %%
def mean_and_error(scores):
    """Return the mean over runs and its standard error, for each size by itself.

    scores: array of numbers (runs, sizes), at least two runs.
    Returns a tuple of two float arrays (sizes,): the means and the standard errors.
    """
    ### BEGIN SOLUTION
    mean = scores.mean(axis=0)
    error = scores.std(axis=0, ddof=1) / np.sqrt(len(scores))
    return mean, error
    ### END SOLUTION


lab.check("mean_and_error", mean_and_error)

# %%
LOOKS = {
    "transfer": ("blue", "o-"),
    "from scratch": ("vermillion", "s--"),
    "pixels": ("green", "^:"),
}
WAYS = [("studio", "studio"), ("studio", "varied"), ("varied", "varied")]  # learned from, tested on

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 3, width=9, height=3.6, sharey=True)
for ax, (source, domain) in zip(axes, WAYS, strict=True):
    for name, (color, style) in LOOKS.items():
        mean, error = mean_and_error(accuracies[name, source, domain])
        ax.errorbar(
            SIZES, mean, error, fmt=style, color=plots.PALETTE[color], capsize=3, label=name
        )
    ax.axhline(1 / len(CHAIRS), color="#555555", lw=1)
    ax.set(title=f"from {source} to {domain}", xlabel="images of each kind", xscale="log")
    ax.set(xticks=SIZES, xticklabels=SIZES, ylim=(0, 1.02))
    ax.minorticks_off()
axes[0].set_ylabel("accuracy, mean ± standard error")
axes[1].legend(loc="upper left")
plots.show(
    fig,
    alt="Three panels, accuracy against the number of images of each kind, 5 to 50, for transfer, "
    "a network from scratch (recorded) and logistic regression on pixels. From studio to studio "
    "all three come near 1. From studio to varied pictures all are far lower, transfer highest. "
    "From varied to varied pictures all rise, and transfer stays well above both others. A thin "
    "line marks guessing, 0.1.",
)

# %%
print("accuracy ± standard error  " + "".join(f"{n:>12}" for n in SIZES))
for source, domain in WAYS:
    for name in LOOKS:
        pairs = zip(*mean_and_error(accuracies[name, source, domain]), strict=True)
        row = "".join(f"{mean:7.2f} ± {error:.2f}" for mean, error in pairs)
        print(f"{name:12} {source} to {domain:6}{row}")

# %%
means = {key: scores.mean(axis=0) for key, scores in accuracies.items()}
leads = {way: means["transfer", *way] - means["from scratch", *way] for way in WAYS}
for (source, domain), lead in leads.items():
    print(f"from {source} to {domain}: transfer leads by {lead[0]:.2f} to {lead[-1]:.2f}")
assert abs(leads["studio", "studio"][1:]).max() < 0.1 and leads["varied", "varied"].min() > 0.08
assert means["transfer", "varied", "varied"][2] > means["from scratch", "varied", "varied"][-1]

# %% [markdown]
# What the curves say:
#
# - **Where transfer matters.** In the studio it hardly does: there are ten chairs in ten colours,
#   and from 10 images of each kind on, a small network of our own is nearly as good. The varied
#   pictures are another matter. There, transfer with 20 images of each kind beats the network from
#   scratch with 50: what a chair is, in any colour and light, takes many images to learn from
#   nothing.
# - **The domain.** Compare the first two panels, which show the same trained models. A test in the
#   studio alone would have told you nothing about this: there, all images are of the same ten
#   chairs.
# - **More of the same.** How much do the curves in the middle gain from 20 to 50 studio images?
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
# ### Exercise 7: `domain_gap` (2 points, 10 minutes, medium)


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
    classes = range(p.shape[1])

    def accuracies(t, p):
        decided = p.argmax(axis=1)
        return np.array([np.mean(decided[t == c] == c) for c in classes])

    first, second = accuracies(t, p), accuracies(t_other, p_other)
    return first - second
    ### END SOLUTION


lab.check("domain_gap", domain_gap)

# %%
gaps = {
    name: domain_gap(
        tests["studio"][1],
        predicted[name, "studio", "studio"],
        tests["varied"][1],
        predicted[name, "studio", "varied"],
    )
    for name in LOOKS
}
for name in LOOKS:
    order = np.argsort(gaps[name])
    print(f"{name:13} loses least on {CHAIRS[order[0]]}, most on {CHAIRS[order[-1]]};", end=" ")
    print(f"on the mean {gaps[name].mean():.2f}")
    assert np.ptp(gaps[name]) > 0.2  # the kinds differ widely

# %% tags=["hide-input"]
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
    "for transfer, from scratch and pixels, after 50 studio images of each kind. The kinds differ "
    "widely.",
)

# %% [markdown]
# Mind what a short bar may mean. A learner that calls everything by one name loses nothing on that
# kind, and knows nothing. Accuracy by class never shows the false alarms of the other classes.
#
# ### What helps: other colours
#
# If colour is the shortcut, let it tell nothing. To change the pictures that are learned from, at
# random, in ways that the answer must not depend on, is **augmentation**. Here each studio picture
# comes twice, each time with its three channels in another order, and each channel on another
# brightness curve. White stays white.
#
# **Before you run the next two cells:** the gap is what lies between learning from studio pictures
# and learning from as many varied ones, both tested on varied ones. Will recoloured chairs close
# it? All of it, half, nothing?

# %%
rng = np.random.default_rng(SEED)
largest = draws(t_pool, seed=0)[-1]


def recoloured(images):
    """Return uint8 images (n, height, width, 3) in other colours, each in colours of its own."""
    changed = np.empty_like(images)
    for number, image in enumerate(images):
        curve = np.exp(rng.uniform(-1.2, 1.2, size=3))
        changed[number] = (255 * (image[..., rng.permutation(3)] / 255) ** curve).round()
    return changed


t_colours = np.tile(t_pool[largest], 2)
x_colours = recoloured(np.tile(x_pool[largest], (2, 1, 1, 1)))
inputs = {
    "pixels": (as_vectors(x_colours), pixels_tests),
    "transfer": (extractor(x_colours), z_tests),
}
closed = {}
for name, (vectors, vectors_tests) in inputs.items():
    p = logistic_regression(vectors, t_colours, vectors_tests)["varied"]
    with_colours = np.mean(p.argmax(axis=1) == tests["varied"][1])
    plain, goal = (accuracies[name, source, "varied"][0, -1] for source in pools)
    closed[name] = (with_colours - plain) / (goal - plain)
    print(f"{name}: studio {plain:.2f}, recoloured {with_colours:.2f}, varied {goal:.2f};", end=" ")
    print(f"that is {closed[name]:.0%} of the gap")
assert 0.15 < closed["transfer"] < 0.75 and closed["pixels"] < 0.2

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 10, width=9, height=1.9)
for column, kind in zip(axes.T, range(len(CHAIRS)), strict=True):
    first = np.flatnonzero(t_pool[largest] == kind)[0]
    for ax, images in zip(column, (x_pool[largest], x_colours), strict=True):  # the first colours
        ax.imshow(images[first])
        ax.set_axis_off()
plots.show(
    fig,
    alt="Ten studio chairs, one of each kind, above in their own colours, below the same pictures "
    "in others, their shadows too. The wall stays white.",
)

# %% [markdown]
# They close a part of it, for the learner that can see form at all. On pixels they close nothing:
# take the colours away, and there is little left to learn from. The rest of the gap is not colour.
# In the studio there is still one chair of each kind, before an empty wall.
#
# ### What helps: some of the real ones
#
# Suppose that a few customers' photographs may be labelled, and there are studio pictures anyway.
# Are these worth anything beside them? On vectors this is quickly tried: to 50 studio images of
# each kind, add 1, 2, 5, 10 or 20 varied ones. What comes out is read on varied pictures that none
# of these runs learned from; the test set is not needed for it.
#
# **Before you run the next cell:** how many varied images will be worth as much as 50 of the
# studio?

# %%
ADDED = [0, 1, 2, 5, 10, 20]


def with_varied(n, seed, z, t):
    """Return the accuracy on varied images after training on (z, t) and n varied of each kind."""
    order = np.random.default_rng([SEED, seed]).permutation(len(varied))
    rows = pick_per_class(varied_labels, n, order) if n else order[:0]
    others = np.setdiff1d(order, pick_per_class(varied_labels, max(ADDED), order))
    z, t = np.concatenate([z, z_varied[rows]]), np.concatenate([t, varied_labels[rows]])
    p = logistic_regression(z, t, {"others": z_varied[others]})["others"]
    return np.mean(p.argmax(axis=1) == varied_labels[others])


start = z_pools["studio"][largest], t_pool[largest]
both = np.array([[with_varied(n, seed, *start) for n in ADDED] for seed in range(3)])
nothing = start[0][:0], start[1][:0]
alone = np.array([[with_varied(n, seed, *nothing) for n in ADDED[1:]] for seed in range(3)])
print("with studio", both.mean(axis=0).round(2), " alone", alone.mean(axis=0).round(2))
gain = both.mean(axis=0)[1:] - alone.mean(axis=0)  # of the studio images
assert gain[0] > 0.03 and abs(gain[-1]) < 0.08

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6, height=3.4)
for sizes, scores, label, color, style in (
    (ADDED, both, "with 50 studio images", "blue", "o-"),
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
    "that were learned from, 0 to 20: once together with 50 studio images, once alone. The first "
    "curve begins higher, and the second one reaches it.",
)

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
network = googlenet(include_top=False)
MODULES = [f"inception_{name}" for name in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]
for name in MODULES:
    print(name, network.get_layer(name).output.shape[1:])

# %% [markdown]
# Nine chopped networks would compute the lowest module nine times. One network with nine taps
# computes it once. `Bottlenecks` wants one vector for each image, so the nine vectors are joined
# into a long one, and cut apart later.

# %% [markdown]
# ### Exercise 8: `tapped` (3 points, 15 minutes, medium)


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
    vector = keras.layers.Concatenate()(averages)
    return keras.Model(network.input, vector)
    ### END SOLUTION


lab.check("tapped", tapped)

# %%
depths = tapped(network, MODULES)
at_depth = transfer.Bottlenecks(depths, preprocess=course_input, verbose=False)
widths = [network.get_layer(name).output.shape[-1] for name in MODULES]
rows = pick_per_class(t_pool, 40, np.random.default_rng(SEED).permutation(len(t_pool)))
deep_pool, t_deep = at_depth(x_pool[rows]), t_pool[rows]
judges = {"studio": tests["studio"], "varied": (varied, varied_labels), "test": tests["varied"]}
deep_judges = {name: at_depth(x) for name, (x, _) in judges.items()}
print("vectors", deep_pool.shape, "=", " + ".join(map(str, widths)))

# %% [markdown]
# The depth of the cut is a **hyperparameter**. Whoever chooses the best of nine depths by a test,
# and reports the accuracy on the same test, reports a number that was selected for being high. So
# the 600 varied pictures are a **validation set** here: the depth is chosen by them. The 400 of the
# test set say what the choice is worth. (All learning is still done on studio pictures.)
#
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
    inputs = {name: z[:, part] for name, z in deep_judges.items()}
    p = logistic_regression(deep_pool[chosen, part], t_deep[chosen], inputs)
    return [np.mean(p[name].argmax(axis=1) == t) for name, (_, t) in judges.items()]


by_depth = np.array([[accuracy_at(d, seed) for d in range(len(MODULES))] for seed in range(3)])
mean_depth = dict(zip(judges, by_depth.mean(axis=0).T, strict=True))
best = int(mean_depth["varied"].argmax())
print(f"studio: {mean_depth['studio'].min():.2f} or more at each depth")
for name, depth in (("the best cut", best), ("the end", len(MODULES) - 1)):
    accuracy = f"varied {mean_depth['varied'][depth]:.2f}, test {mean_depth['test'][depth]:.2f}"
    print(f"{name}, after {MODULES[depth]}: {accuracy}")
assert mean_depth["studio"].min() > 0.9 and best >= 4
assert mean_depth["test"][best] > mean_depth["test"][-1] - 0.02

# %% [markdown]
# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5, height=3.6)
place = np.arange(len(MODULES))
for column, (domain, color) in enumerate((("studio", "green"), ("varied", "blue"))):
    mean, error = mean_and_error(by_depth[:, :, column])
    color = plots.PALETTE[color]
    ax.errorbar(place, mean, error, fmt="o-", color=color, capsize=3, label=f"tested on {domain}")
ax.set(xlabel="cut after module", xticks=place, ylim=(0, 1.02))
ax.set_xticklabels([name[-2:] for name in MODULES])
ax.set_ylabel(f"accuracy, {PER_CLASS} images of each kind")
ax.legend(loc="center left")
plots.show(
    fig,
    alt="Accuracy against the Inception module after which the network is cut, 3a to 5b, learned "
    "from studio pictures. Near 1 at each depth in the studio; on varied pictures it rises towards "
    "the late modules.",
)

# %% [markdown]
# In the studio the depth does not matter: even the first module's features tell ten colours apart.
# Outside it does. The best place to cut lies late.
#
# Two forces pull. Deeper features know more about objects, and less about accidents such as colour
# and texture. But the deepest have specialised on the classes of their training, among which chairs
# played a small part. And deeper modules have more maps, so that a classifier on them has more
# weights to fit.
#
# ### Four curves
#
# A new classifier of one layer is a mild test. Yosinski and others asked more: keep the first $n$
# layers of a network that has learned task A, let **all layers above** begin anew, and train on
# task B. They drew four curves over $n$:
#
# | curve | first $n$ layers come from | and then |
# |---|---|---|
# | AnB | a network that has learned A | are frozen |
# | AnB+ | a network that has learned A | learn on, with the rest (fine-tuning) |
# | BnB | a network that has learned B itself | are frozen |
# | BnB+ | a network that has learned B itself | learn on, with the rest |
#
# **base** is the accuracy of a network that learns B from the beginning. BnB is the control: its
# layers come from the very task, so nothing in them is specific to another one. If it falls below
# base all the same, then because layers that learned together have come to depend on each other,
# and those above do not find back to it when they begin anew: **fragile co-adaptation**. What AnB
# loses beyond BnB is due to the layers being **specific** to A.
#
# **Before you go on:** draw the four curves that you expect, $n$ from 1 to 5, with base as a line.
# Which falls first? Does one rise above base?

# %% [markdown]
# ### Exercise 9: `transfer_effects` (2 points, 15 minutes, medium)
#
# Each seed draws tasks of its own, some harder than others. So differences are taken within a seed,
# and what is averaged are the differences.


# %%
def transfer_effects(base, curves):
    """Return what the four curves say, as means over the seeds and their standard errors.

    base: float array (seeds,), accuracies of networks that learned B from the beginning; at least
    two seeds. curves: a dict from "AnB", "AnB+", "BnB" and "BnB+" to float arrays (seeds, cuts).
    Row i of each belongs to the seed of base[i].
    Returns a dict of three pairs of float arrays (cuts,), the means over the seeds and the standard
    errors of these means (with m - 1, as in `mean_and_error`):
    "co-adaptation": what BnB loses against base,
    "specificity": what AnB loses against BnB,
    "gain": what AnB+ gains over base.
    A loss is positive where the curve lies lower, a gain is positive where AnB+ lies higher.
    """
    ### BEGIN SOLUTION
    base = base[:, None]
    effects = {
        "co-adaptation": base - curves["BnB"],
        "specificity": curves["BnB"] - curves["AnB"],
        "gain": curves["AnB+"] - base,
    }
    return {name: mean_and_error(lost) for name, lost in effects.items()}
    ### END SOLUTION


lab.check("transfer_effects", transfer_effects)

# %% [markdown]
# The network of this experiment is small, five convolutions and a classifier, for images of 32 × 32
# pixels. For each seed, forty classes of Tiny ImageNet were drawn and dealt into A and B, 20 each,
# with 100 images of a class to learn from and 175 to test on. 22 networks were trained for each
# seed, of four: `scripts/record_transfer_curves.py` did it in half an hour, and
# `data/transfer_curves.csv` holds what came out.

# %%
recorded = np.genfromtxt(
    paths.DATA / "transfer_curves.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
)
base = recorded["accuracy"][recorded["curve"] == "base"]
curves = {
    name: recorded["accuracy"][recorded["curve"] == name].reshape(len(base), -1)
    for name in ("AnB", "AnB+", "BnB", "BnB+")
}
effects = transfer_effects(base, curves)
print(f"{len(base)} seeds, base {base.round(2)}; n = 1 to {curves['AnB'].shape[1]}")
for name, (mean, error) in effects.items():
    values = "  ".join(f"{m:+.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
    print(f"{name:14}{values}")
lost, specific, gain = (effects[name][0] for name in ("co-adaptation", "specificity", "gain"))
assert lost.min() > 0 and lost.argmax() == 3 and lost[3] > 2 * lost[-1] and lost.max() < 0.03
assert np.all(np.diff(specific) > 0) and specific[-1] > 0.06 > 2 * specific[:3].max()
assert 0 < gain.min() < gain.max() < 0.03
assert (curves["AnB+"] - curves["BnB+"]).mean(axis=0).min() > 0

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5, height=3.8)
looks = {
    "AnB+": ("blue", "o-"),
    "BnB+": ("sky", "v-."),
    "BnB": ("orange", "s--"),
    "AnB": ("vermillion", "^:"),
}
cuts = np.arange(1, curves["AnB"].shape[1] + 1)
for name, (color, look) in looks.items():
    mean, error = mean_and_error(curves[name] - base[:, None])
    ax.errorbar(cuts, mean, error, fmt=look, color=plots.PALETTE[color], capsize=3, label=name)
ax.axhline(0, color="#555555", lw=1)
ax.set(xlabel="layers that are kept, n", xticks=cuts, ylabel="accuracy minus base")
ax.legend(loc="lower left")
plots.show(
    fig,
    alt="Four curves of accuracy minus that of a network trained on B alone, against the number of "
    "layers kept, 1 to 5. AnB+ lies a little above 0, BnB+ at 0 or a little below. BnB lies below "
    "0, lowest at 4. AnB goes down from above 0 to far below all others at 5.",
)

# %% [markdown]
# - **Specificity.** The first layer of A serves B as well as B's own. The deeper the cut, the more
#   AnB loses, and most of all at the last layer.
# - **Co-adaptation.** BnB falls, too, though its layers come from B. The loss is small here, and
#   largest where one convolution and the classifier have to find back to the four below them. With
#   all five kept, only the classifier begins anew, and hardly anything is lost. Yosinski and
#   others found the same in the middle of their eight layers, and more of it.
# - **A gain.** AnB+ lies above base at every cut, and above BnB+: something of A stays, after all
#   layers have learned B. It is little here, a hundredth, and at the last cut within the error.
#
# AnB at the last cut is the recipe of section 2, and the worst of the points. There, the lower
# layers came from 200 classes and the new task had a few images; here A and B have equally many.
# The best curve keeps the layers and lets them learn on. That is fine-tuning, and the next section
# does it.

# %% [markdown]
# ## 5. Fine-tuning, and how it goes wrong
#
# So far the trained layers stayed as they were. **Fine-tuning** lets some of them learn on, on the
# new images. The first layers answer to edges, which chairs have as well; they may stay. The last
# ones answer to parts of goldfish and buses; it is there that something can be gained.
#
# What is frozen below can still be computed once. Here everything up to module 4e is frozen: the
# bottleneck is now a stack of maps, and what learns is a small network that begins with them.
#
# ### What learns, and what must not
#
# `layer.trainable = False` freezes the weights of a layer. For **batch normalisation** Keras makes
# it mean more. In training, such a layer normalises by mean and variance of the batch, and moves
# its stored statistics a little towards these. Frozen, it uses the stored ones and leaves them
# alone, in training too. These statistics come from fifty thousand images. A few chairs are no
# match for that, so batch normalisation stays frozen even where the layers around it learn. To use
# the stored statistics is to be in **inference** mode.
#
# (Guides tell you to call the trained part with `training=False` for that. In Keras 3 this is not
# enough: `fit` calls all layers with `training=True` and overrides it.)
#
# A model has a `trainable` of its own. `model.trainable = False` freezes all its layers, and while
# it is False nothing in the model learns, whatever its layers say. `model.trainable = True` frees
# all of them.

# %% [markdown]
# ### Exercise 10: `free_modules` (2 points, 15 minutes, medium)


# %%
def free_modules(backbone, modules):
    """Let some Inception modules of a network learn, freeze all else; return the network.

    backbone: a Keras model whose layers are named after their module, such as "inception_5a_3x3",
    "inception_5a_3x3_reduce" and "inception_5a_3x3_norm" for "inception_5a". It is changed. All of
    it may be free before, or frozen by backbone.trainable = False. modules: list of names.
    A layer learns if its name begins with one of these names and an underscore, unless it is a
    keras.layers.BatchNormalization. No other layer learns.
    Returns backbone itself.
    """
    ### BEGIN SOLUTION
    backbone.trainable = True
    for layer in backbone.layers:
        named = any(layer.name.startswith(f"{module}_") for module in modules)
        layer.trainable = named and not isinstance(layer, keras.layers.BatchNormalization)
    return backbone
    ### END SOLUTION


lab.check("free_modules", free_modules)

# %%
before = sum(w.numpy().size for w in googlenet(include_top=False).trainable_weights)
tuned = free_modules(googlenet(include_top=False), ["inception_5a", "inception_5b"])
free = sum(w.numpy().size for w in tuned.trainable_weights)
print(f"{free:,} of {before:,} weights learn ({free / before:.0%})")
assert 0 < free < before

# %% [markdown]
# ### The task
#
# Varied chairs, 20 images of each class to learn from, 40 to watch: the **validation set**. The
# test set waits. First the maps of module 4e, once; then the new layer, on the bottleneck of the
# network as it is. This is the starting point of every experiment: a new layer with random weights
# would send large, senseless gradients into the layers below, and destroy what they know.

# %%
lower = keras.Model(tuned.inputs[0], tuned.get_layer("inception_4e").output)
upper = keras.Model(lower.outputs[0], tuned.outputs[0])  # from 4e's maps to the bottleneck
below_4e = transfer.Bottlenecks(lower, preprocess=course_input, verbose=False)
maps_4e = below_4e(varied)
learn_v = np.arange(len(varied)) % 3 == 0
x, t = maps_4e[learn_v], varied_labels[learn_v]
x_val, t_val = maps_4e[~learn_v], varied_labels[~learn_v]
print(f"maps of 4e: {maps_4e.shape}; {len(x)} images to learn from, {len(x_val)} to watch")

# %%
head = transfer.new_head(z_varied.shape[1], len(CHAIRS))
head.fit(z_varied[learn_v], t, epochs=15, verbose=0)
frozen = head.evaluate(z_varied[~learn_v], t_val, verbose=0)[1]
model = transfer.assemble(upper, head)
as_they_were = model.get_weights()
print(f"nothing below the new layer learns: accuracy {frozen:.1%}")

# %% [markdown]
# Each experiment begins there, with the same weights. `fine_tune` freezes and frees as your
# function does, and gives the layers below a part of the new layer's learning rate, here a third.


# %%
def experiment(rate, images=slice(None), start=as_they_were, epochs=8):
    """Fine-tune modules 5a and 5b from the common start. Returns the history."""
    training.set_seed(SEED)
    model.set_weights(start)
    run = transfer.fine_tune(
        model,
        x[images],
        t[images],
        trainable_from="all",
        learning_rate=rate,
        below=1 / 3,
        epochs=epochs,
        validation_data=(x_val, t_val),
        verbose=0,
    )
    return run.history


runs = {"rate 0.003": experiment(0.003)}
fine_tuned = model.get_weights()

# %% [markdown]
# ### The rate too high, the statistics spoilt
#
# Now two mistakes. One is a learning rate 100 times as high. The other has a low rate, and lets
# batch normalisation learn, on batches of 4. Beside it stands a run that differs in nothing but
# that its batch normalisation is frozen.
#
# **Before you run the next two cells:** what do you expect of the accuracy on the *training*
# images in each case?

# %%
runs["rate 0.3"] = experiment(0.3, epochs=5)


# %%
def batches_of_4(learn_statistics):
    """Fine-tune on small batches, with batch normalisation free or frozen. Returns the history."""
    training.set_seed(SEED)
    model.set_weights(as_they_were)
    for layer in upper.layers:
        layer.trainable = learn_statistics or not isinstance(layer, keras.layers.BatchNormalization)
    rate = keras.optimizers.Adam(0.001)
    model.compile(rate, "sparse_categorical_crossentropy", metrics=["accuracy"])
    watched = (x_val, t_val)
    fit = {"batch_size": 4, "epochs": 3, "validation_batch_size": 50}
    return model.fit(x, t, validation_data=watched, verbose=0, **fit).history


norm = upper.get_layer("inception_5b_1x1_norm")
stored = norm.moving_mean.numpy()
runs["4, frozen statistics"] = batches_of_4(learn_statistics=False)
assert np.array_equal(norm.moving_mean.numpy(), stored)
runs["4, free statistics"] = batches_of_4(learn_statistics=True)
moved = np.abs(norm.moving_mean.numpy() - stored).mean() / np.abs(stored).mean()
print(f"free, the stored means of one layer moved by {moved:.0%} of their size")
assert moved > 0.01

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9, height=3.4, sharey=True)
looks = zip(
    runs.items(), ["blue", "vermillion", "sky", "purple"], ["o-", "s--", "v-.", "^:"], strict=True
)
for (name, run), color, look in looks:
    for ax, metric in zip(axes, ("accuracy", "val_accuracy"), strict=True):
        epochs = np.arange(1, len(run[metric]) + 1)
        ax.plot(epochs, run[metric], look, color=plots.PALETTE[color], label=name, markersize=4)
axes[1].axhline(frozen, color="black", linewidth=1, label="new layer alone")
axes[0].set(title="training images", xlabel="epoch", ylabel="accuracy", ylim=(0, 1.03))
axes[1].set(title="validation images", xlabel="epoch")
axes[1].legend(loc="center right")
plots.show(
    fig,
    alt="Accuracy over the epochs on training and validation images for four runs. At a rate of "
    "0.003 the training images are soon all right. At a rate of 0.3 accuracy falls at once, on "
    "both. On batches of 4 the run with free batch normalisation begins lower on training images "
    "than the one with frozen statistics. A line marks what the new layer alone reaches.",
)

# %%
ends = {name: run["val_accuracy"][-1] for name, run in runs.items()}
for name, value in {"new layer alone": frozen, **ends}.items():
    print(f"{name:22} validation accuracy {value:.2f}")
assert ends["rate 0.3"] < max(ends["rate 0.003"], frozen) - 0.1
begin = {name: run["accuracy"][0] for name, run in runs.items()}  # on training images
assert begin["4, free statistics"] < begin["4, frozen statistics"]
assert ends["4, free statistics"] > ends["4, frozen statistics"] - 0.08

# %% [markdown]
# **The rate.** The first steps throw the weights far away from where they were good. What is
# learned afterwards is learned by a network that begins with worse than random weights.
#
# **The statistics.** In training, each image is normalised together with three others: what the
# network says about a chair depends on its company. The two runs on batches of 4 differ in this
# alone, and on the left the free one begins worse. On the right, where the stored statistics are
# used, it is no worse after these few steps: the changing company is a noise, and noise keeps a
# network from learning by heart. It is a gamble all the same, since what is learned in training is
# not what is used afterwards.
#
# How much does the company matter? This can be measured without any training. We take the weights
# as they were, and let the network answer in training mode: with the statistics of the batch in
# place of the stored ones, in batches of several sizes.
#
# **Before you run the next cell:** with the stored statistics it was right as often as the black
# line says. How often will it be, in batches of 2? In batches of 50?

# %%
SIDES = [2, 4, 10, 50]  # images in a batch


def in_training_mode(maps):
    """The answers of the network as it was, with the statistics of the batch they come in."""
    return head(upper(maps, training=True))


answering = keras.layers.Lambda(in_training_mode, output_shape=(len(CHAIRS),))
batchwise = keras.Sequential([keras.Input(x_val.shape[1:]), answering])


def in_company(size, seed, count=200):
    """Accuracy on validation images, normalised within batches of this size."""
    rows = np.random.default_rng([SEED, seed]).permutation(len(x_val))[:count]
    answers = batchwise.predict(x_val[rows], batch_size=size, verbose=0).argmax(axis=1)
    return np.mean(answers == t_val[rows])


model.set_weights(as_they_were)  # batch normalisation is still free
company = np.array([[in_company(size, seed) for size in SIDES] for seed in range(2)])
model.set_weights(as_they_were)
for size, mean in zip(SIDES, company.mean(axis=0), strict=True):
    print(f"batches of {size:2}: {mean:.2f}")
print(f"stored statistics: {frozen:.2f}")
assert np.all(np.diff(company.mean(axis=0)) > -0.02) and np.ptp(company.mean(axis=0)) > 0.1
assert company.mean(axis=0).max() < frozen

# %% [markdown]
# The smaller the batches, the worse: a mean over few images is a poor estimate. And even batches of
# 50 do not come up to the stored statistics: they hold chairs alone, while the layers behind
# learned with the statistics of all things.
#
# **And the run without a mistake?** Compare it to the line. Two modules have hundreds of thousands
# of weights, and 200 images to learn from. That they learn these by heart says nothing about
# others.
#
# ### When to stop
#
# The validation set can also say when to stop. While a network learns, its loss on the validation
# images falls at first. When it begins to learn by heart, that loss falls no further, or rises.
# **Early stopping** ends the training when the loss has not improved for some epochs, the
# **patience**, and goes back to the weights of the best epoch. It is a regularisation that costs
# nothing. In Keras it is `keras.callbacks.EarlyStopping`.

# %% [markdown]
# ### Exercise 11: `stop_early` (1 point, 10 minutes, easy)


# %%
def stop_early(losses, patience):
    """Return after which epoch early stopping ends a training, and which epoch's weights it keeps.

    losses: list of numbers, at least one: the validation loss after each epoch, from epoch 0 on.
    patience: a whole number, at least 1.
    The best epoch so far is the one of the smallest loss, the first one of equals. Training ends
    after the first epoch that comes `patience` epochs after the best so far; where there is none,
    after the last. What the losses would have been later must not count.
    Returns a tuple of two ints (stopped, best).
    """
    ### BEGIN SOLUTION
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return epoch, best
    ### END SOLUTION


lab.check("stop_early", stop_early)

# %% [markdown]
# **Before you run the next cell:** at a rate of 0.003, after which of the eight epochs would you
# stop?

# %%
run = runs["rate 0.003"]
print("validation loss by epoch", np.round(run["val_loss"], 2))
for patience in (1, 2, 3):
    stopped, best = stop_early(run["val_loss"], patience)
    accuracy = f"accuracy {run['val_accuracy'][best]:.2f}"
    print(f"patience {patience}: ends after epoch {stopped}, keeps epoch {best}, {accuracy}")
    assert run["val_loss"][best] <= run["val_loss"][0]

# %% [markdown]
# ### Too few images
#
# So the third way to go wrong is to have too little to learn from.
#
# **Before you run the next cell:** with 2 images of each kind in place of 20, what will the
# accuracy be on the training images, and on the others?

# %%
few = np.arange(len(t)) % 20 < 2
training.set_seed(SEED)
head.set_weights(transfer.new_head(z_varied.shape[1], len(CHAIRS)).get_weights())
head.fit(z_varied[learn_v][few], t[few], epochs=60, verbose=0)
alone = head.evaluate(z_varied[~learn_v], t_val, verbose=0)[1]
at_first = [*as_they_were[:-2], *head.get_weights()]
run = experiment(0.003, images=few, start=at_first)
outcome = {
    "2 of each": (alone, run["val_accuracy"][-1], run["accuracy"][-1]),
    "20 of each": (frozen, ends["rate 0.003"], runs["rate 0.003"]["accuracy"][-1]),
}

for name, (of_layer, of_tuned, learned) in outcome.items():
    print(f"{name}: new layer alone {of_layer:.2f}, fine-tuned {of_tuned:.2f}", end=" ")
    print(f"on validation images; {learned:.2f} on those learned from")
    assert learned > of_tuned + 0.1 and learned > 0.9
assert outcome["2 of each"][1] < outcome["20 of each"][1] - 0.1

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5, height=3.2)
bars = ["new layer alone, validation", "fine-tuned, validation", "fine-tuned, training images"]
for shift, (name, values) in enumerate(zip(bars, zip(*outcome.values(), strict=True), strict=True)):
    ax.bar(np.arange(2) + 0.27 * (shift - 1), values, 0.25, label=name)
ax.set(ylabel="accuracy", ylim=(0, 1.03), xticks=[0, 1], xlim=(-0.6, 3.2))
ax.set_xticklabels(list(outcome))
ax.legend(loc="center right")
plots.show(
    fig,
    alt="Bars of accuracy for 2 and for 20 images of each kind. Fine-tuned, the training images "
    "are nearly all right in both cases; on the validation images accuracy is lower, with 2 images "
    "far more so than with 20.",
)

# %% [markdown]
# What is learned by heart shows as the gap between the last two bars. So:
#
# - few images: the new layer alone;
# - more images: free the last modules, at a tenth of the rate or less;
# - many images, and unlike those of the first training: free more, up to all of it;
# - in any case begin with a trained new layer, leave batch normalisation frozen, and watch accuracy
#   on images that nothing was learned from.
#
# ### The test, once
#
# All the while, the validation images said what is better. Whatever wins among several by them had
# some luck with them, too. The 40 images of each kind that were laid aside in section 3 took no
# part in any choice of this section. They are asked once, about the winner.
#
# **Before you run the next cell:** will the winner do better or worse than on the validation
# images?

# %%
winner = "rate 0.003" if ends["rate 0.003"] > frozen else "new layer alone"
model.set_weights(fine_tuned if winner == "rate 0.003" else as_they_were)
answers = model.predict(below_4e(tests["varied"][0]), verbose=0).argmax(axis=1)
at_test = np.mean(answers == tests["varied"][1])
print(f"{winner}: validation {max(ends['rate 0.003'], frozen):.3f}, test {at_test:.3f}")
assert abs(at_test - max(ends["rate 0.003"], frozen)) < 0.12

# %% [markdown]
# ## 6. Your own pictures
#
# Now the recipe for pictures of your own. Put them into a folder that holds one folder for each
# class:
#
#     my_pictures/
#         mug/      IMG_0412.jpg  IMG_0413.jpg ...
#         plant/    ...
#
# Ten of each class are a good beginning. They may be of any size and shape. Then set `FOLDER`
# below. As long as it is `None`, the cell writes some varied chairs into a folder and takes these.

# %%
FOLDER = None  # for instance "my_pictures"


def some_chairs(folder, kinds=(1, 3, 4, 9), count=40):
    """Write varied chairs of a few kinds as JPEG files into a folder of class folders."""
    for kind in kinds:
        inside = Path(folder, CHAIRS[kind])
        inside.mkdir(parents=True)
        for number, image in enumerate(varied[varied_labels == kind][:count]):
            keras.utils.save_img(inside / f"{number:02}.jpg", image)
    return folder


pictures = FOLDER or some_chairs(Path(scratch.name, "pictures"))

# %% [markdown]
# From folder to features in one line. `Bottlenecks` turns photographs upright, names files that it
# cannot read, and computes next time only what is new:

# %%
bottlenecks = transfer.Bottlenecks(transfer.backbone(), course_input, cache=scratch.name)
z, labels, kinds, files = bottlenecks.folder(pictures)
print(f"{len(files)} pictures of {len(kinds)} classes: {', '.join(kinds)}")

# %% [markdown]
# **Before you run the next cell:** how good will the classifier be? The chance of guessing is one
# in as many classes as there are. Every fifth picture is kept for the test:

# %%
kept = np.arange(len(z)) % 5 == 0
head = transfer.new_head(z.shape[1], len(kinds))
head.fit(z[~kept], labels[~kept], epochs=60, verbose=0)
accuracy = head.evaluate(z[kept], labels[kept], verbose=0)[1]
print(f"accuracy on {kept.sum()} pictures: {accuracy:.0%}; guessing: {1 / len(kinds):.0%}")

# %% [markdown]
# Save the whole network, from pixels on, and load it as somebody else would, who has nothing but
# the file:

# %%
rescale = keras.layers.Rescaling(1 / 127.5, offset=-1)
model = transfer.assemble(bottlenecks.network, head, before=rescale)
saved = Path(scratch.name, "my_classifier.keras")
model.save(saved)
served = keras.saving.load_model(saved)
size = saved.stat().st_size / 1e6
print(f"{saved.name}: {size:.1f} MB, {served.input_shape} to {served.output_shape}")

# %% [markdown]
# And ask it. `course_input` opens and crops the files; as the network now scales the pixels itself,
# they go back to 0 to 255:

# %%
chosen = np.random.default_rng(SEED).choice(len(files), 8, replace=False)
images = (course_input([files[i] for i in chosen]) + 1) * 127.5
probabilities = served.predict(images, verbose=0)
assert np.allclose(probabilities, head.predict(z[chosen], verbose=0), atol=1e-2)

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 8, width=9, height=3.0)
for column, image, p in zip(axes.T, images, probabilities, strict=True):
    column[0].imshow(image.astype("uint8"))
    column[0].set_axis_off()
    column[0].set_title(kinds[p.argmax()], fontsize=8)
    column[1].barh(kinds, p, color=plots.PALETTE["blue"])
    column[1].set(xlim=(0, 1), xticks=[0, 1])
    column[1].tick_params(labelsize=7, labelleft=column[0] is axes[0, 0])
axes[1, 0].set_xlabel("probability")
plots.show(
    fig,
    alt="Eight pictures with the class that the saved network finds likeliest above, and the "
    "probabilities of all classes as bars below.",
)

# %% [markdown]
# A folder that is none, or is laid out otherwise, is answered by a sentence:

# %%
from course_utils.common.errors import CourseError

for wrong in ("my_pictuers", pictures / kinds[0] if FOLDER is None else Path(FOLDER) / kinds[0]):
    try:
        bottlenecks.folder(wrong)
    except CourseError as error:
        print(str(error).replace(scratch.name, "..."))

# %% [markdown]
# ## 7. With weights from ImageNet
#
# The network that comes with the course is half as wide as GoogLeNet, and was trained on small
# pictures of 200 classes. The original (Szegedy et al. 2014, as trained by BVLC) saw 1.2 million
# pictures of 224 × 224 pixels, of 1,000 classes. Are its features better for our chairs?
#
# Its weights are 54 MB and do not come with the course. What they come to was recorded, by
# `scripts/record_imagenet_transfer.py`: learned from 20 studio pictures of each kind, three draws,
# tested on the tests of section 3. If you have the weights, this section does it again.
#
# **Before you run the next cell:** will features of more and larger pictures, of five times as many
# classes, close the gap between the domains?

# %%
table = np.genfromtxt(
    paths.DATA / "imagenet_transfer.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
)
of_weights = {name: table[table["weights"] == name] for name in ("course", "imagenet")}
for name, measured in of_weights.items():
    scores = ", ".join(f"{domain} {measured[domain].mean():.2f}" for domain in tests)
    print(f"recorded, {name:8}: {scores}")
gaps_of = {name: (one["studio"] - one["varied"]).mean() for name, one in of_weights.items()}
assert gaps_of["imagenet"] < 0.2 < 0.5 < gaps_of["course"]

# %% [markdown]
# Most of the gap is gone, though the classifier has seen the same few studio pictures. What it
# learns from are better features: of 24 times as many pictures, of more pixels, and of classes that
# have more to do with the task. Among the 1,000 are a folding chair, a rocking chair, a barber
# chair and a park bench. How far the first task is from the second one matters, and so does how
# much was learned in it (S. Kornblith et al. 2019).
#
# Do you have the weights? The cells below look for them.

# %%
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
    order = np.random.default_rng(SEED).permutation(len(t_pool))
    chosen = pick_per_class(t_pool, PER_CLASS, order)
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
# ## 8. What to take away
#
# - A trained network turns images into vectors in which things that matter lie near each other,
#   also for classes that it never saw.
# - The recipe: extract the bottlenecks once, keep them, train one new layer. It takes seconds, and
#   a few images of each class, where a network of your own would need many more.
# - Studio pictures in random colours close a part of the gap, pictures from the real domain the
#   rest.
# - A kept result needs a key of all that it depends on: the image, the weights, the preprocessing.
# - Test where the network will be used. A test in the domain of the training says nothing about
#   another.
# - Early features are general, late ones specific. Which ones to keep depends on how far the new
#   task is from the old one: try it, it is cheap.
# - Fine-tune from a trained new layer on, at a low rate, with batch normalisation frozen, and only
#   as many layers as your images can feed. Stop early.
# - Choose depths, rates and epochs by validation images. Ask the test set once.
#
# **Where it leads.** Behind all this stood a first training on fifty thousand images that
# somebody had labelled. What can a network learn from images that nobody has labelled? The next lab
# trains networks to give back what they were given, and finds out what they learn by it.

# %%
scratch.cleanup()
lab.progress()

# %% [markdown]
# **Questions to think about**
#
# 1. In section 2 one bit of a picture made its features be computed anew. What else would have to
#    belong to the key, if the network were called with pictures of another size?
# 2. The cache knows the weights of a network, but not the code of a layer that you wrote yourself.
#    How could that serve a stale file?
# 3. You want to show the network a mirrored copy of each image, too. What does that do to the
#    recipe, and what does it cost?
# 4. `Bottlenecks` writes a file under another name and renames it. What could happen if it wrote to
#    the final name, and two processes did so at once, or one were killed?
# 5. Two networks have equal accuracy on their own 1,000 classes. Must they be equally good for
#    transfer?
# 6. You average the probabilities of classifiers on several depths: an **ensemble**. When would it
#    beat the best of them? By which images would you choose its members?
#
# **Sources**
#
# - C. Szegedy and others, Going deeper with convolutions, arXiv 1409.4842, 2014 (CVPR 2015).
# - J. Donahue and others, DeCAF: a deep convolutional activation feature for generic visual
#   recognition, ICML 2014.
# - A. S. Razavian, H. Azizpour, J. Sullivan and S. Carlsson, CNN features off-the-shelf: an
#   astounding baseline for recognition, CVPR workshops 2014.
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson, How transferable are features in deep neural
#   networks?, NIPS 2014.
# - M. Aubry, D. Maturana, A. Efros, B. Russell and J. Sivic, Seeing 3D chairs: exemplar part-based
#   2D-3D alignment using a large dataset of CAD models, CVPR 2014.
# - S. Ioffe and C. Szegedy, Batch normalization: accelerating deep network training by reducing
#   internal covariate shift, ICML 2015.
# - S. Kornblith, J. Shlens and Q. V. Le, Do better ImageNet models transfer better?, CVPR 2019.
# - R. Geirhos and others, Shortcut learning in deep neural networks, Nature Machine Intelligence 2,
#   2020, 665–673.
# - Tiny ImageNet: Stanford CS231n. Photographs: danielbuechele and vultilion, CC BY 2.0, as
#   scikit-learn ships them.
