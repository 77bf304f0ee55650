// Writes a protobuf message as bytes, the same that SerializeAsString gives if
// fields are written in the order of their numbers: what has its default is
// left out. A message object in between costs more than all the rest of a
// receipt. For wire/ and storage/, which own the messages.
#ifndef ONESTOP_BASE_MESSAGE_WRITER_H_
#define ONESTOP_BASE_MESSAGE_WRITER_H_

#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>

namespace onestop {

// Fields are named by the constants of the generated class, such as
// pb::Step::kBasisFieldNumber. Text must be UTF-8: all of it was checked when
// it came in.
class MessageWriter {
 public:
  // Appends to `out`.
  explicit MessageWriter(std::string& out) : out_(out), writer_(out) {}
  // A message that is a field of `outer`, which writes nothing until this one
  // is gone. It must not stay empty: protozero would leave it out.
  MessageWriter(MessageWriter& outer, int field)
      : out_(outer.out_), writer_(outer.writer_, Tag(field)) {}

  void Text(int field, std::string_view text) {
    if (!text.empty()) RepeatedText(field, text);
  }
  void RepeatedText(int field, std::string_view text) {
    writer_.add_string(Tag(field), text.data(), text.size());
  }
  // int32, int64 and enums.
  void Number(int field, int64_t number) {
    if (number != 0) Present(field, number);
  }
  // An optional number, or true.
  void Present(int field, int64_t number) {
    writer_.add_int64(Tag(field), number);
  }
  // sint32 and sint64.
  void Signed(int field, int64_t number) {
    if (number != 0) PresentSigned(field, number);
  }
  void PresentSigned(int field, int64_t number) {
    writer_.add_sint64(Tag(field), number);
  }
  void Bool(int field, bool value) {
    if (value) Present(field, 1);
  }
  // A message that `fill` writes, and that is there even if it writes nothing.
  template <typename Fill>
  void Nested(int field, const Fill& fill) {
    const size_t before = out_.size();
    {
      MessageWriter nested(*this, field);
      fill(nested);
    }
    if (out_.size() == before) Message(field, {});
  }
  // A message's bytes, none too.
  void Message(int field, std::string_view bytes) {
    writer_.add_message(Tag(field), bytes.data(), bytes.size());
  }

 private:
  static protozero::pbf_tag_type Tag(int field) {
    return static_cast<protozero::pbf_tag_type>(field);
  }

  std::string& out_;
  protozero::pbf_writer writer_;
};

}  // namespace onestop

#endif  // ONESTOP_BASE_MESSAGE_WRITER_H_
