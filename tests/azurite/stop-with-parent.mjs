// The parent holds the other end of standard input; when it ends, however it ends, so does the emulator.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
