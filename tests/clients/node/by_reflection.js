// Makes a client without having the server's .proto files: asks it for them.
'use strict';

const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const {FileDescriptorProto, FileDescriptorSet} =
    require('protobufjs/ext/descriptor');

const {ServerReflection} = grpc.loadPackageDefinition(protoLoader.loadSync(
    path.join(__dirname, '..', 'proto', 'reflection.proto'),
    {keepCase: true, oneofs: true})).grpc.reflection.v1alpha;

// Asks one question on a stream of its own.
function ask(stub, question) {
  return new Promise((resolve, reject) => {
    const deadline = new Date(Date.now() + 5000);
    const stream = stub.ServerReflectionInfo({deadline});
    stream.on('error', reject);
    stream.on('data', (answer) => {
      const error = answer.error_response;
      if (error) reject(new Error(error.error_message));
      else resolve(answer);
    });
    stream.end(question);
  });
}

// The names of the services.
async function services(address) {
  const stub =
      new ServerReflection(address, grpc.credentials.createInsecure());
  const answer = await ask(stub, {list_services: '*'});
  stub.close();
  return answer.list_services_response.service.map(({name}) => name).sort();
}

// A client of the service with this full name.
async function client(address, service, options) {
  const credentials = grpc.credentials.createInsecure();
  const stub = new ServerReflection(address, credentials);
  const files = new Map();
  const add = async (question) => {
    const answer = await ask(stub, question);
    for (const bytes of answer.file_descriptor_response.file_descriptor_proto) {
      const file = FileDescriptorProto.decode(bytes);
      if (files.has(file.name)) continue;
      files.set(file.name, file);
      for (const name of file.dependency) {
        if (!files.has(name)) await add({file_by_filename: name});
      }
    }
  };
  await add({file_containing_symbol: service});
  stub.close();
  const set = FileDescriptorSet.encode({file: [...files.values()]}).finish();
  const loaded = protoLoader.loadFileDescriptorSetFromBuffer(
      Buffer.from(set), options);
  const Client = grpc.makeClientConstructor(loaded[service], service);
  return new Client(address, credentials);
}

module.exports = {client, services};
