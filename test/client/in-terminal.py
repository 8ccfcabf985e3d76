"""Runs a command in a pseudo-terminal: in-terminal.py COLUMNS[,COLUMNS] COMMAND...
Half a second in, the terminal gets the second width. Prints what the terminal got; the exit code is the command's."""
import fcntl, os, pty, select, signal, struct, sys, termios, time

widths = [int(text) for text in sys.argv[1].split(",")]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

def resize(columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.kill(pid, signal.SIGWINCH)

resize(widths[0])
change_at = time.monotonic() + float(os.environ.get("RESIZE_AFTER", "0.5")) if len(widths) > 1 else None
while True:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if change_at is not None and time.monotonic() > change_at:
        change_at = None
        os.write(1, b"<resized>")
        resize(widths[1])
    if not ready:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
