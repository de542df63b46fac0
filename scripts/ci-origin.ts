/** Where a publication comes from, as CI systems say it in the environment, else as git does. For the history. */
import { execFileSync } from 'node:child_process';

/** As OriginInput of registry.graphql. */
export interface Origin {
  readonly name: 'commit' | 'branch' | 'author' | 'url' | 'build';
  readonly value: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Facts = Readonly<Partial<Record<Origin['name'], string | undefined>>>;

/** What is not known is left out. */
export function ciOrigin(env: Environment = process.env, dir = process.cwd()): Origin[] {
  const system = systems.find(({ isHere }) => env[isHere]);
  const facts = system ? system.facts(env) : gitFacts(dir);
  return (['commit', 'branch', 'author', 'url', 'build'] as const).flatMap((name) => {
    const value = facts[name]?.trim().slice(0, longest);
    return value ? [{ name, value }] : [];
  });
}

/** No commit, name or address is longer. */
const longest = 500;

/** Each says that it is there by a variable of its own. */
const systems: readonly { readonly isHere: string; facts(env: Environment): Facts }[] = [
  {
    // https://docs.github.com/actions/reference/variables-reference
    isHere: 'GITHUB_ACTIONS',
    facts: (env) => ({
      commit: env.GITHUB_SHA,
      branch: env.GITHUB_HEAD_REF || env.GITHUB_REF_NAME,
      author: env.GITHUB_ACTOR,
      url:
        env.GITHUB_REPOSITORY &&
        `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`,
      build: env.GITHUB_RUN_NUMBER && `${env.GITHUB_WORKFLOW ?? ''} #${env.GITHUB_RUN_NUMBER}`,
    }),
  },
  {
    // https://docs.gitlab.com/ci/variables/predefined_variables
    isHere: 'GITLAB_CI',
    facts: (env) => ({
      commit: env.CI_COMMIT_SHA,
      branch: env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME || env.CI_COMMIT_REF_NAME,
      author: env.GITLAB_USER_LOGIN,
      url: env.CI_JOB_URL || env.CI_PIPELINE_URL,
      build: env.CI_PIPELINE_ID,
    }),
  },
  {
    // https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
    isHere: 'JENKINS_URL',
    facts: (env) => ({
      commit: env.GIT_COMMIT,
      branch: env.CHANGE_BRANCH || env.BRANCH_NAME || env.GIT_BRANCH,
      author: env.CHANGE_AUTHOR,
      url: env.BUILD_URL,
      build: env.BUILD_TAG,
    }),
  },
  {
    // https://buildkite.com/docs/pipelines/configure/environment-variables
    isHere: 'BUILDKITE',
    facts: (env) => ({
      commit: env.BUILDKITE_COMMIT,
      branch: env.BUILDKITE_BRANCH,
      author: env.BUILDKITE_BUILD_CREATOR || env.BUILDKITE_BUILD_AUTHOR,
      url: env.BUILDKITE_BUILD_URL,
      build: env.BUILDKITE_BUILD_NUMBER,
    }),
  },
  {
    // https://circleci.com/docs/reference/variables
    isHere: 'CIRCLECI',
    facts: (env) => ({
      commit: env.CIRCLE_SHA1,
      branch: env.CIRCLE_BRANCH,
      author: env.CIRCLE_USERNAME,
      url: env.CIRCLE_BUILD_URL,
      build: env.CIRCLE_BUILD_NUM,
    }),
  },
];

/** A commit that is not what was published ends with `-dirty`. The address of the remote may hold a password: left out. */
function gitFacts(dir: string): Facts {
  return {
    commit: git(dir, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'),
    branch: git(dir, 'symbolic-ref', '--short', '--quiet', 'HEAD'),
    author: git(dir, 'log', '-1', '--format=%an'),
  };
}

/** Nothing where there is no git, no repository or no commit. */
function git(cwd: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 });
  } catch {
    return undefined;
  }
}
