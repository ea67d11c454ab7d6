// Runs an Automation document in cdk-ssm-documents: node simulate.js DOCUMENT.json PARAMETERS RESULT.json
// RESULT.json then holds {"code", "outputs", "trace"}; what is printed is the simulator's own.
const { writeFileSync } = require("node:fs");
const { App, Stack } = require("aws-cdk-lib");
const { ResponseCode, Simulation, StringDocument } = require("@cdklabs/cdk-ssm-documents");

const [file, parameters, result] = process.argv.slice(2);
const document = StringDocument.fromFile(new Stack(new App(), "Stack"), "Document", file);
const { responseCode, outputs, stackTrace } = Simulation.ofAutomation(document, {}).simulate(JSON.parse(parameters));
writeFileSync(result, JSON.stringify({ code: ResponseCode[responseCode], outputs, trace: stackTrace }));
