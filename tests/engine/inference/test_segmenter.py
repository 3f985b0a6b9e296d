from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nets import Dot, SeesAll, ValidUNet, small_unet

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import LabelSet
from engine.errors import Cancelled, DeviceError
from engine.inference import runner
from engine.inference.device import choose_device
from engine.inference.fusion import FlipFusion, ScaleFusion
from engine.inference.method import Method
from engine.inference.normalise import colours_of, scaled
from engine.inference.picture import ArrayPicture
from engine.inference.runner import OutOfMemory
from engine.inference.segmenter import Segmenter
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.progress import Progress


def card(channels=("grey",), spacing_mm=None, classes=3) -> ModelCard:
    names = ["background", *(f"class {i}" for i in range(1, classes))]
    training = TrainingCard("none", "nothing", "none", 0, 0)
    input_card = InputCard(channels, 0, 100, spacing_mm)
    return ModelCard("tiny", "Tiny", "unet", {}, LabelSet.named(names), input_card, training)


def make(spacing_mm=None, channels=1, network=None, core=2048) -> Segmenter:
    network = network or small_unet(channels)
    names = ("grey",) if network.in_channels == 1 else ("red", "green", "blue")
    found = Segmenter(
        network, card(names, spacing_mm, network.classes), torch.device("cpu"), precision="float32"
    )
    found._tiled.largest = core
    return found


def photo(sides, channels=1, dtype=np.uint8) -> Image:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 200, (channels, *sides)).astype(dtype)
    names = {1: ("grey",), 3: ("red", "green", "blue"), 4: ("red", "green", "blue", "alpha")}
    return Image(pixels, Geometry(sides), names[channels], Source(Path("a.png"), ""))


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.integers(8, 48),
    st.sampled_from([small_unet(), small_unet(depth=1), ValidUNet(), FlipFusion(small_unet())]),
)
def test_tiles_put_together_equal_the_whole_picture(sides, core, network):
    image = photo(sides)
    whole = make(network=network).predict(image).values.astype(float)
    tiled = make(network=network, core=core).predict(image).values.astype(float)
    assert np.abs(whole - tiled).max() <= 1e-3  # what float16 can tell apart


@settings(max_examples=10, deadline=None)
@given(st.tuples(st.integers(1, 150), st.integers(1, 150)), st.integers(16, 64))
def test_tiles_of_fused_scales_equal_the_whole_picture(sides, core):
    picture = ArrayPicture(np.random.default_rng(0).random((1, *sides)).astype(np.float32))
    network = ScaleFusion(small_unet(depth=1))
    whole, tiled = (
        together(make(network=network, core=c).stream(picture), sides) for c in (2048, core)
    )
    assert np.abs(whole - tiled).max() <= 1e-5


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.integers(8, 48),
    st.sampled_from([small_unet(), ValidUNet()]),
)
@example((1, 1), 16, small_unet())
@example((1, 1), 16, ValidUNet())
@example((5, 61), 64, ValidUNet())
def test_a_stream_equals_the_whole_picture_and_runs_from_top_to_bottom(sides, core, network):
    picture = ArrayPicture(np.random.default_rng(0).random((1, *sides)).astype(np.float32))
    whole, tiled = (
        together(make(network=network, core=c).stream(picture), sides) for c in (2048, core)
    )
    assert np.abs(whole - tiled).max() <= 1e-5


def together(parts, sides, *, is_cut=False):
    """(K, *sides), each pixel given once, and no row before those above it unless tiles are cut."""
    found, top = None, 0
    for (rows, columns), belief in parts:
        found = np.full((len(belief), *sides), np.nan) if found is None else found
        assert np.isnan(found[:, rows, columns]).all()
        assert is_cut or rows.start >= top
        top = rows.start
        found[:, rows, columns] = belief
    assert np.isfinite(found).all()
    return found


def test_a_halo_that_is_too_small_leaves_seams():
    image, network = photo((96, 96)), small_unet()
    whole = make(network=network).predict(image).values.astype(float)
    network.receptive_radius = 4
    tiled = make(network=network, core=16).predict(image).values.astype(float)
    assert np.abs(whole - tiled).max() > 1e-2


def test_a_network_that_sees_its_whole_input_is_blended_without_gaps():
    model = make(network=SeesAll())
    assert not model.is_exact
    found = model.predict(photo((700, 300))).values
    assert found.astype(float).sum(axis=0) == pytest.approx(1, abs=1e-2)


def small_memory(model, largest, fails_on=("cpu",)):
    """The runner's memory holds windows of `largest` pixels."""
    scores = model._tiled.runner.scores
    asked = []

    def limited(window, *check):
        asked.append(window.shape[2] * window.shape[3])
        if asked[-1] > largest and model._tiled.runner.device.type in fails_on:
            raise OutOfMemory
        return scores(window, *check)

    model._tiled.runner.scores = limited
    return asked


def test_tiles_that_do_not_fit_are_made_smaller_and_nothing_is_lost():
    image, network = photo((300, 260)), small_unet(depth=1)
    whole = make(network=network).predict(image).values
    model = make(network=network)
    asked = small_memory(model, 200 * 200)
    steps = []
    found = model.predict(image, Progress(steps.append)).values
    assert np.abs(whole.astype(float) - found).max() <= 1e-3
    assert sum(size > 200 * 200 for size in asked) < 4
    assert all(step.done <= step.total for step in steps)


def test_a_tile_that_does_not_fit_any_more_is_cut_up_and_given_once(monkeypatch):
    """Other programs take memory while a picture is under way."""
    picture = ArrayPicture(np.random.default_rng(0).random((1, 300, 260)).astype(np.float32))
    network = small_unet(depth=1)
    whole = together(make(network=network).stream(picture), (300, 260))
    model = make(network=network, core=128)
    scores, asked = model._tiled.runner.scores, []

    def shrinking(window, *check):
        asked.append(window.shape[2] * window.shape[3])
        if len(asked) > 2 and asked[-1] > 100 * 100:
            raise OutOfMemory
        return scores(window, *check)

    monkeypatch.setattr(model._tiled.runner, "scores", shrinking)
    found = together(model.stream(picture), (300, 260), is_cut=True)
    assert np.abs(found - whole).max() <= 1e-5
    assert max(asked[:2]) > 100 * 100


def test_a_graphics_card_that_is_too_small_gives_way_to_the_processor(monkeypatch):
    image, network = photo((90, 80)), small_unet(depth=1)
    whole = make(network=network).predict(image).values
    model = make(network=network)
    model._tiled.runner.device = torch.device("meta")
    small_memory(model, 10, fails_on=("meta",))
    assert np.array_equal(model.predict(image).values, whole)
    assert model.device == "cpu"


def test_a_memory_too_small_for_anything_is_told():
    model = make(core=64)
    small_memory(model, 10)
    with pytest.raises(DeviceError, match="too little memory"):
        model.predict(photo((64, 64)))


def test_the_mask_grows_from_what_is_looked_at():
    told = []
    make(core=16).predict(photo((64, 64)), None, lambda box, _: told.append(box), focus=(60, 3))
    assert told[0] == (slice(48, 64), slice(0, 16))
    told.clear()
    values = np.zeros((16, 16, 9), np.uint8)
    image = Image(
        values[None], Geometry(values.shape, np.eye(4)), ("grey",), Source(Path("a.nii"), "")
    )
    make().predict(image, None, lambda box, _: told.append(box[2].start), focus=(2, 3, 7))
    assert told[:3] == [7, 6, 8] or told[:3] == [7, 8, 6]


def test_blended_windows_grow_from_what_is_looked_at_too():
    told = []
    model = Segmenter(
        SeesAll(), card(classes=SeesAll().classes), torch.device("cpu"), method=Method(window=128)
    )
    model.predict(photo((600, 700)), None, lambda box, _: told.append(box), focus=(400, 500))
    rows, columns = told[0]
    assert rows.start <= 400 < rows.stop
    assert columns.start <= 500 < columns.stop
    assert len({(rows.start, columns.start) for rows, columns in told}) == len(told)


@settings(max_examples=15, deadline=None)
@given(st.tuples(st.integers(1, 90), st.integers(1, 90)), st.permutations(range(4)))
def test_neither_order_nor_threads_change_the_result(sides, corners):
    image = photo(sides)
    places = [(0, 0), (0, sides[1] - 1), (sides[0] - 1, 0), (sides[0] - 1, sides[1] - 1)]
    found = []
    before = torch.get_num_threads()
    for threads, corner in zip((1, 2), corners[:2], strict=True):
        torch.set_num_threads(threads)
        found.append(make(core=16).predict(image, focus=places[corner]).values.astype(float))
    torch.set_num_threads(before)
    assert np.abs(found[0] - found[1]).max() <= 1e-3  # what float16 can tell apart


def test_windows_of_a_batch_do_not_see_each_other():
    windows = torch.rand(3, 1, 32, 24, generator=torch.Generator().manual_seed(0))
    for network in (small_unet(), SeesAll(), FlipFusion(small_unet())):
        runner_ = make(network=network)._tiled.runner
        together_ = runner_.scores(windows)
        alone = torch.cat([runner_.scores(one[None]) for one in windows])
        assert torch.allclose(together_, alone, atol=1e-5)


def test_a_picture_that_is_read_where_it_is_needed_gives_what_the_image_gives():
    image = photo((70, 50), 3)
    scale = image.intensity_range(0, 100)
    picture = ArrayPicture(scaled(colours_of(image), scale, 3))
    told = []
    model = make(channels=3, core=16)
    values = model.predict_picture(picture, None, lambda box, _: told.append(box), (65, 3))
    assert np.array_equal(values, make(channels=3, core=16).predict(image).values)
    assert told[0] == (slice(64, 70), slice(0, 16))


def test_each_part_is_told_once_and_together_they_are_the_result():
    image = photo((70, 50))
    grown = np.zeros((3, 70, 50), np.float16)
    steps = []

    def grow(box, values):
        grown[(slice(None), *box)] += values

    found = make(core=32).predict(image, Progress(steps.append), grow)
    assert np.array_equal(grown, found.values)
    assert steps[-1].done == steps[-1].total
    assert all(step.done <= step.total for step in steps)


def test_precision_that_is_not_there_is_refused():
    with pytest.raises(DeviceError, match="no precision 'float8'"):
        Segmenter(small_unet(), card(), torch.device("cpu"), precision="float8")


def test_bfloat16_is_used_only_where_it_pays_and_the_classes_stay(monkeypatch):
    image = photo((64, 64))
    for pays, trust, expected in ((False, 1, "cpu"), (True, 1, "cpu, bfloat16"), (True, -1, "cpu")):
        monkeypatch.setattr(runner, "_pays", lambda _, pays=pays: pays)
        monkeypatch.setattr(runner, "_CHANGED", trust)
        monkeypatch.setattr(runner, "_MOVED", trust)
        model = Segmenter(small_unet(), card(), torch.device("cpu"))
        found = model.predict(image).values
        assert model.device == expected
        plain = make().predict(image).values
        assert np.abs(found.astype(float) - plain).max() < 0.05


def test_a_volume_is_predicted_the_same_in_any_file_order():
    rng = np.random.default_rng(2)
    values = rng.integers(0, 255, (9, 21, 18)).astype(np.uint8)
    plain = Image(
        values[None], Geometry(values.shape, np.eye(4)), ("grey",), Source(Path("a.nii"), "")
    )
    turned = np.ascontiguousarray(values[::-1].transpose(2, 0, 1))
    affine = np.array([[0, -1, 0, 8], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]], float)
    other = Image(
        turned[None], Geometry(turned.shape, affine), ("grey",), Source(Path("b.nii"), "")
    )
    a, b = make().predict(plain).values, make().predict(other).values
    back = b.transpose(0, 2, 3, 1)[:, ::-1]
    assert np.array_equal(a, back)


def test_a_volume_with_other_spacing_is_brought_to_the_models_and_back():
    values = np.zeros((20, 30, 4), np.uint8)
    values[5:15, 8:22] = 200
    image = Image(
        values[None],
        Geometry(values.shape, np.diag([2.0, 2.0, 5.0, 1.0])),
        ("grey",),
        Source(Path("a.nii"), ""),
    )
    found = make(spacing_mm=1.0).predict(image)
    assert found.values.shape == (3, 20, 30, 4)
    assert found.values.astype(float).sum(0) == pytest.approx(1, abs=1e-2)
    assert np.abs(found.values[..., 0].astype(float) - found.values[..., 3]).max() == 0


@pytest.mark.parametrize(("given", "wanted"), [(1, 3), (3, 1), (4, 3)])
def test_channels_are_brought_to_what_the_model_expects(given, wanted):
    image = photo((8, 9), given)
    names = ("grey",) if wanted == 1 else ("red", "green", "blue")
    found = scaled(colours_of(image), image.intensity_range(0, 100), len(names))
    assert found.shape == (wanted, 8, 9)
    assert found.min() >= 0
    assert found.max() <= 1
    assert make(channels=wanted).predict(image).values.shape == (3, 8, 9)


def test_nan_in_an_image_does_not_spread():
    pixels = np.random.default_rng(0).random((1, 20, 20)).astype(np.float32)
    plain = Image(pixels.copy(), Geometry((20, 20)), ("grey",), Source(Path("a.tif"), ""))
    pixels[0, 5, 5] = np.nan
    pixels[0, 6, 5] = np.inf
    image = Image(pixels, Geometry((20, 20)), ("grey",), Source(Path("a.tif"), ""))
    found = make(network=Dot()).predict(image).values.astype(float)
    assert np.isfinite(found).all()
    changed = np.abs(found - make(network=Dot()).predict(plain).values).max(axis=0) > 0.01
    assert changed.sum() <= 2
    nothing = Image(
        np.full((1, 9, 9), np.nan, np.float32), Geometry((9, 9)), ("grey",), image.source
    )
    assert np.isfinite(make().predict(nothing).values).all()


def test_it_stops_between_tiles_when_asked():
    progress = Progress(lambda step: progress.cancel() if step.done == 2 else None)
    told = []
    with pytest.raises(Cancelled):
        make(core=16).predict(photo((64, 64)), progress, lambda box, _: told.append(box))
    assert len(told) == 3


def test_it_stops_in_the_midst_of_a_tile_when_asked():
    progress, layers = Progress(), []
    for network in (small_unet(), SeesAll()):
        model = make(network=network)
        module = model._tiled.runner._module
        part = next(one for one in module.modules() if not any(one.children()))

        def noted(*_, progress=progress):
            layers.append(1)
            progress.cancel()

        part.register_forward_hook(noted)
        for one in module.modules():
            one.register_forward_hook(lambda *_: layers.append(2))
        with pytest.raises(Cancelled):
            model.predict(photo((64, 64)), progress)
    assert layers == [1, 2], "no layer was computed after the one in which it was asked"


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(DeviceError, match="no device 'tpu'"):
        choose_device("tpu")
    if not torch.cuda.is_available():
        with pytest.raises(DeviceError, match="has no cuda"):
            choose_device("cuda")
    assert choose_device("cpu").type == "cpu"


def test_neighbouring_slices_are_read_together_in_anatomical_order():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 255, (6, 7, 5)).astype(np.uint8)
    values[0, 0, 0], values[1, 0, 0] = 0, 255
    plain = Image(
        values[None], Geometry(values.shape, np.eye(4)), ("grey",), Source(Path("a.nii"), "")
    )
    turned = np.ascontiguousarray(values[:, :, ::-1])
    affine = np.diag([1.0, 1, -1, 1])
    other = Image(turned[None], Geometry(turned.shape, affine), ("grey",), plain.source)
    seen = []

    class Seeing(Dot):
        in_channels = 3

        def forward(self, x):
            seen.append((x[0] * 255).round().byte().numpy())
            return x

    for image in (plain, other):
        model = make(network=Seeing())
        model.card = replace(model.card, input=InputCard(("grey",), 0, 100, slices=(-1, 0, 1)))
        seen.clear()
        found = model.predict(image, focus=(0, 0, 2))
        middle, first = seen[0], next(s for s in seen if (s[0] == s[1]).all())
        shown = values[::-1, ::-1].transpose(2, 1, 0)  # as axial slices are laid out
        assert np.array_equal(middle, shown[1:4])
        assert np.array_equal(first, shown[[0, 0, 1]])
        assert found.values.shape == (3, 6, 7, 5)
