// Reads container files for the tests: { dockerfiles, ignore, paths } as JSON on stdin, what stands in them on stdout.
import { createRequire } from 'node:module';
import { DockerfileParser } from 'dockerfile-ast';

const ignore = createRequire(import.meta.url)('@balena/dockerignore');
const { dockerfiles, ignoreFile, paths } = JSON.parse(await new Response(process.stdin).text());

const instructions = dockerfiles.map(text =>
  DockerfileParser.parse(text).getInstructions().map(instruction => ({
    keyword: instruction.getKeyword(),
    flags: Object.fromEntries((instruction.getFlags?.() ?? []).map(flag => [flag.getName(), flag.getValue()])),
    arguments: (instruction.getJSONStrings?.().length ? instruction.getJSONStrings().map(json => JSON.parse(json.getValue())) : instruction.getArguments().map(argument => argument.getValue())),
    isExec: (instruction.getJSONStrings?.().length ?? 0) > 0,
    text: instruction.getRawArgumentsContent?.() ?? instruction.getArgumentsContent() ?? '',
  })));

process.stdout.write(JSON.stringify({ instructions, sent: ignore().add(ignoreFile).filter(paths) }));
