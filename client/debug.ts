/** The debug type `conspect`: how its adapter is started, and what a launch configuration means that says little or nothing. */

import * as vscode from "vscode";
import type { LaunchConfiguration } from "#wire";

export const DEBUG_TYPE = "conspect";
export const LANGUAGE_ID = "conspect";
/** The editor of image files. */
export const IMAGE_EDITOR = "conspect.image";

export function registerDebugger(context: vscode.ExtensionContext): vscode.Disposable[] {
  const adapter = context.asAbsolutePath("dist/adapter.cjs");
  return [
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
      createDebugAdapterDescriptor: () => adapterProcess(adapter),
    }),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, { resolveDebugConfiguration: completeConfiguration }),
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      { provideDebugConfigurations: currentFileConfigurations },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  ];
}

/** A configuration for `program`, as launch.json would hold it. */
export function launchConfiguration(
  name: string,
  program: string,
  more: LaunchConfiguration = {},
): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name, program, ...more };
}

/** A configuration for `image`, as launch.json would hold it. */
export function imageConfiguration(
  name: string,
  image: string,
  more: LaunchConfiguration = {},
): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name, image, ...more };
}

/** A configuration for `recording`, as launch.json would hold it. */
export function recordingConfiguration(name: string, recording: string): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name, recording };
}

/** The editor's own Node runs the adapter, so nothing has to be installed. A desktop editor is an Electron program, which is Node only when told. */
function adapterProcess(adapter: string): vscode.DebugAdapterExecutable {
  return new vscode.DebugAdapterExecutable(process.execPath, [adapter], { env: { ELECTRON_RUN_AS_NODE: "1" } });
}

/** F5 without launch.json comes with an empty configuration: the active file is meant. */
function completeConfiguration(
  _folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): vscode.DebugConfiguration | undefined {
  const isEmpty = !configuration.type && !configuration.request && !configuration.name;
  if (
    !isEmpty &&
    (configuration.program || configuration.image || configuration.recording || configuration.request === "attach")
  ) {
    return configuration;
  }
  const found = activeTarget();
  if (found === null) {
    void vscode.window.showErrorMessage(
      "Conspect: nothing to debug. Open a Conspect Lisp program (.cons) or an image (.sysout, .virtualmem), or name one as “program” or “image” in launch.json.",
    );
    return undefined;
  }
  return { ...found, ...configuration, ...(isEmpty && { type: DEBUG_TYPE }) };
}

function activeTarget(): vscode.DebugConfiguration | null {
  const program = activeProgram();
  if (program !== null) return launchConfiguration("Debug program", program);
  const image = activeImage();
  return image?.scheme === "file" ? imageConfiguration("Inspect image", image.fsPath, { mode: "inspect" }) : null;
}

/** The image file whose page is in front; pages are no text editors. */
export function activeImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === IMAGE_EDITOR ? input.uri : undefined;
}

/** Path of the Conspect Lisp file in the active editor, or null. */
function activeProgram(): string | null {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === LANGUAGE_ID && document.uri.scheme === "file" ? document.uri.fsPath : null;
}

/** Offered by "Select and Start Debugging" and by the Run view, without a launch.json. */
function currentFileConfigurations(): vscode.DebugConfiguration[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the editor replaces this variable
  const program = "${file}";
  return [
    launchConfiguration("Debug current file", program),
    launchConfiguration("Debug current file, stop on collections", program, { stopOnGC: true }),
  ];
}
