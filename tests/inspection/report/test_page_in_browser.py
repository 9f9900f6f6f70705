"""The page in a browser without a window: sort, filter, mark by keyboard, save, reload and apply, scripts on and off.

Skipped where selenium, Chromium or its driver is not installed. SKCLEAN_SCREENSHOTS names a folder for pictures.
"""

import importlib.util
import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest

webdriver = pytest.importorskip("selenium.webdriver")

from hostile_tables import hostile_table  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

from skclean.detectors import ConfidentLearning  # noqa: E402
from skclean.inspection import audit_report  # noqa: E402
from skclean.inspection.report import review_page  # noqa: E402
from skclean.review import DecisionFile, ReviewServer, apply_decisions, read_decisions  # noqa: E402

CHROME = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
# Only this browser is at fault for what it logs of itself.
pytestmark = [
    pytest.mark.skipif(not (CHROME and DRIVER), reason="no Chromium with its driver"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def start_browser(folder, *, scripts=True, dark=False, width=1200):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROME
    for argument in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu", f"window-size={width},900"):
        options.add_argument(f"--{argument}")
    preferences = {"download.default_directory": str(folder)}
    if not scripts:
        preferences["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    browser.implicitly_wait(5)  # a row that is opened gets its tool a moment later
    if dark:
        features = [{"name": "prefers-color-scheme", "value": "dark"}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    return browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(folder):
    browser = start_browser(folder)
    yield browser
    browser.quit()


@pytest.fixture
def page(audited, tmp_path):
    return audited.report.save(tmp_path / "report.html")


def summaries(browser):
    return browser.find_elements(By.CSS_SELECTOR, ".list>li:not([hidden])>details>summary")


def texts(browser):
    return [element.text for element in summaries(browser)]


def click(browser, element):
    """Click on an element in the middle of the window, where the bar at the bottom covers nothing."""
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def choose(browser, name, value):
    browser.execute_script(
        "const e = document.getElementById(arguments[0]); e.value = arguments[1]; e.dispatchEvent(new Event("
        "e.tagName === 'INPUT' ? 'input' : 'change'))",
        name,
        value,
    )


def errors(browser):
    return [entry["message"] for entry in browser.get_log("browser") if "favicon" not in entry["message"]]


def picture(browser, name):
    if os.environ.get("SKCLEAN_SCREENSHOTS"):
        Path(os.environ["SKCLEAN_SCREENSHOTS"]).mkdir(parents=True, exist_ok=True)
        browser.save_screenshot(str(Path(os.environ["SKCLEAN_SCREENSHOTS"]) / f"{name}.png"))


def press(browser, *keys):
    browser.switch_to.active_element.send_keys(*keys)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_rows_are_sorted_searched_and_filtered(browser, page, audited):
    browser.get(page.as_uri())
    rows = audited.report.dict()["rows"]
    assert len(summaries(browser)) == len(rows)
    picture(browser, "report")
    choose(browser, "sort", "n")
    first = browser.find_element(By.CSS_SELECTOR, ".list")
    names = [int(text.split()[0][1:]) for text in first.text.splitlines()]
    assert names == sorted(names) and len(names) > 20
    choose(browser, "pair", "no → yes")
    wanted = [entry for entry in rows if (entry["given"], entry["suggested"]) == ("no", "yes")]
    assert len(summaries(browser)) == len(wanted) < len(rows)
    choose(browser, "pair", "")
    choose(browser, "search", rows[0]["name"])
    assert rows[0]["name"] in texts(browser)[0] and len(summaries(browser)) < len(rows)
    assert browser.find_element(By.ID, "shown").text == f"{len(summaries(browser))} rows shown"
    assert not errors(browser)


def test_rows_are_decided_by_keyboard_kept_over_a_reload_saved_and_applied(browser, page, folder, audited):
    browser.get(page.as_uri())
    rows = audited.report.dict()["rows"]
    browser.find_element(By.ID, "who").send_keys("Ana")
    browser.find_element(By.TAG_NAME, "h1").click()
    press(browser, "j")
    press(browser, "2")  # the first: changed to the suggested label
    press(browser, "j")
    press(browser, "1")
    press(browser, "n")
    press(browser, 'as agreed, "really"', Keys.TAB)
    click(browser, summaries(browser)[2])
    click(browser, browser.find_element(By.CSS_SELECTOR, f"#r{rows[2]['row']} [value=remove]"))
    picture(browser, "decisions")
    browser.refresh()
    marks = [element.text for element in browser.find_elements(By.CSS_SELECTOR, "summary>.m")]
    assert marks == [f"change to {rows[0]['suggested']}", "keep", "remove"]
    assert browser.find_element(By.ID, "done").text == f"3 of {len(rows)} rows decided"
    browser.find_element(By.ID, "save").click()
    wait_for((folder / "decisions.csv").exists)
    decisions = read_decisions(folder / "decisions.csv")
    assert [(made.row, made.decision, made.reviewer) for made in decisions] == sorted(
        (entry["row"], decision, "Ana") for entry, decision in zip(rows, ("change", "keep", "remove"), strict=False)
    )
    assert {made.note for made in decisions} == {"", 'as agreed, "really"'}
    frame = audited.X.reset_index(drop=True).assign(churn=audited.y.to_numpy())
    fixed = apply_decisions(frame, decisions, label="churn").frame
    assert len(fixed) == len(frame) - 1
    assert fixed["churn"].loc[rows[0]["row"]] == rows[0]["suggested"]
    browser.execute_script("localStorage.clear()")
    assert not errors(browser)


def test_another_label_can_be_typed(browser, page):
    browser.get(page.as_uri())
    click(browser, summaries(browser)[0])
    tool = browser.find_element(By.TAG_NAME, "fieldset")
    select = tool.find_element(By.TAG_NAME, "select")
    select.send_keys(Keys.END)  # another label
    tool.find_element(By.CSS_SELECTOR, ".other").send_keys("moved", Keys.TAB)
    assert browser.find_element(By.CSS_SELECTOR, "summary>.m").text == "change to moved"
    browser.execute_script("localStorage.clear()")


def test_a_hostile_table_runs_nothing(browser, tmp_path):
    X, y = hostile_table()
    report = audit_report(ConfidentLearning(random_state=0).fit(X, y), X, title="<script>window.broken=0</script>")
    browser.get(report.save(tmp_path / "hostile.html").as_uri())
    for summary in summaries(browser):
        browser.execute_script("arguments[0].parentNode.open = true", summary)
    time.sleep(0.2)
    assert browser.execute_script("return window.broken") is None
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 1
    assert not errors(browser)


def test_the_server_gets_each_decision_and_two_tabs_lose_nothing(browser, audited, tmp_path):
    summary, path = audited.report.dict(), tmp_path / "decisions.csv"
    with DecisionFile(path) as file, ReviewServer(summary, file, review_page) as server:
        browser.get(server.url)
        click(browser, summaries(browser)[0])
        press(browser, "1")
        wait_for(lambda: len(read_decisions(path)) == 1)
        browser.switch_to.new_window("tab")
        browser.get(server.url)
        wait_for(lambda: browser.find_element(By.ID, "done").text.startswith("1 of"))
        click(browser, summaries(browser)[1])
        press(browser, "3")
        wait_for(lambda: len(read_decisions(path)) == 2)
        assert not errors(browser)
        browser.close()
        browser.switch_to.window(browser.window_handles[0])
    made = {one.row: one.decision for one in read_decisions(path)}
    assert made == {summary["rows"][0]["row"]: "keep", summary["rows"][1]["row"]: "unsure"}


def test_without_scripts_rows_open_and_no_tool_is_offered_that_would_not_work(page, folder, audited):
    browser = start_browser(folder, scripts=False)
    try:
        browser.get(page.as_uri())
        shown = summaries(browser)
        assert len(shown) == len(audited.report.dict()["rows"])
        click(browser, shown[0])
        assert browser.find_element(By.CSS_SELECTOR, ".list table").is_displayed()
        assert not browser.find_element(By.ID, "tools").is_displayed()
        assert not browser.find_element(By.ID, "bar").is_displayed()
        picture(browser, "without_scripts")
    finally:
        browser.quit()


def test_a_phone_needs_no_sideways_scrolling(page, folder):
    browser = start_browser(folder, width=500)  # the least that a window can have
    try:
        browser.get(page.as_uri())
        click(browser, summaries(browser)[0])
        picture(browser, "phone")
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        browser.quit()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_is_accessible(audited, folder, tmp_path, scripts, dark):
    """axe itself is a script: without scripts, the page is read that has none."""
    found = importlib.util.find_spec("axe_core_python")
    if found is None:
        pytest.skip("axe-core-python is not installed")
    axe = Path(found.origin).with_name("axe.min.js").read_text("utf-8")
    html = audit_report(audited.detector, audited.X, max_rows=4).html()
    if not scripts:
        html = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    (tmp_path / "page.html").write_text(html, "utf-8")
    browser = start_browser(folder, dark=dark)
    try:
        browser.get((tmp_path / "page.html").as_uri())
        browser.execute_script("for (const row of document.querySelectorAll('details')) row.open = true")
        browser.set_script_timeout(100)
        browser.execute_script(axe)
        violations = browser.execute_async_script(
            "const done = arguments[0]; axe.run().then((r) => done(r.violations))"
        )
        picture(browser, f"open{'_dark' if dark else ''}{'' if scripts else '_without_scripts'}")
    finally:
        browser.quit()
    assert not violations, json.dumps([(one["id"], one["nodes"][0]["html"][:200]) for one in violations], indent=1)


# The browser records the first paint a moment after the page is loaded: so it is waited for.
FIRST_PAINT = """
const done = arguments[0];
new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true});
"""


def test_the_page_is_quick(page, browser):
    """Far above what was measured (examples/benchmarks/report.py), so that a busy machine fails no test."""
    browser.get(page.as_uri())
    paint = browser.execute_async_script(FIRST_PAINT)
    spent = browser.execute_script(
        "const start = performance.now(), e = document.getElementById('sort'); e.value = 's';"
        "e.dispatchEvent(new Event('change')); document.body.offsetHeight; return performance.now() - start"
    )
    assert paint < 5_000 and spent < 1_000
