"""Calls a server without having its .proto files: asks it for them.

Needs only python3-grpcio and what protoc makes of the small reflection proto
beside this folder.
"""

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
import reflection_pb2

METHOD = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


class Reflection:
    """What a server serves, learnt from itself."""

    def __init__(self, channel):
        self.channel = channel
        self.ask = channel.stream_stream(
            METHOD,
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        self.pool = descriptor_pool.DescriptorPool()
        self.known = set()

    def _answer(self, **question):
        request = reflection_pb2.ServerReflectionRequest(**question)
        (answer,) = self.ask(iter([request]), timeout=5)
        if answer.HasField("error_response"):
            raise LookupError(answer.error_response.error_message)
        return answer

    def services(self):
        answer = self._answer(list_services="*")
        return sorted(service.name for service in answer.list_services_response.service)

    def _add(self, answer):
        """Adds files to the pool, those that they import first."""
        sent = answer.file_descriptor_response.file_descriptor_proto
        files = [descriptor_pb2.FileDescriptorProto.FromString(file) for file in sent]
        by_name = {file.name: file for file in files}
        for file in files:
            self._add_file(file, by_name)

    def _add_file(self, file, by_name):
        if file.name in self.known:
            return
        self.known.add(file.name)
        for name in file.dependency:
            if name in by_name:
                self._add_file(by_name[name], by_name)
            elif name not in self.known:
                self._add(self._answer(file_by_filename=name))
        self.pool.Add(file)

    def method(self, service, name):
        """The method's request class, and a callable for a unary one."""
        try:
            found = self.pool.FindServiceByName(service)
        except KeyError:
            self._add(self._answer(file_containing_symbol=service))
            found = self.pool.FindServiceByName(service)
        method = found.methods_by_name[name]
        factory = message_factory.MessageFactory(self.pool)
        request = factory.GetPrototype(method.input_type)
        response = factory.GetPrototype(method.output_type)
        return request, self.channel.unary_unary(
            "/%s/%s" % (service, name),
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )
