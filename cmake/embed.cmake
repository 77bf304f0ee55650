# Writes policies/*.textproto into a C++ source that defines EmbeddedPolicies():
#   cmake -D OUTPUT=embedded_policies.cc -D "FILES=a.textproto;b.textproto" -P embed.cmake
# and, when included, defines onestop_embed_policies(<library>).

if(CMAKE_SCRIPT_MODE_FILE)
  set(source "// Generated from policies/: the policies built into the binaries.\n")
  string(APPEND source "#include \"wire/embedded_policies.h\"\n\n#include <string>\n\n")
  string(APPEND source "namespace onestop::wire {\nnamespace {\n\n")
  set(entries "")
  set(number 0)
  foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME)
    # Bytes, not text: no quoting, no limit on the length of a literal.
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
           "\\1\n" bytes "${bytes}")
    string(APPEND source "const unsigned char kFile${number}[] = {\n${bytes}0x0};\n\n")
    string(APPEND entries "      {\"${name}\", Text(kFile${number}, sizeof(kFile${number}) - 1)},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND source
    "std::string Text(const unsigned char* bytes, size_t size) {\n"
    "  return std::string(reinterpret_cast<const char*>(bytes), size);\n}\n\n"
    "}  // namespace\n\n"
    "std::vector<PolicyText> EmbeddedPolicies() {\n  return {\n${entries}  };\n}\n\n"
    "}  // namespace onestop::wire\n")
  file(WRITE ${OUTPUT} "${source}")
  return()
endif()

set(ONESTOP_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

# A static library of the policies as they are when it is built.
function(onestop_embed_policies library)
  file(GLOB policies CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/policies/*.textproto)
  list(SORT policies)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_policies.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${output} -D "FILES=${policies}"
            -P ${ONESTOP_EMBED_SCRIPT}
    DEPENDS ${policies} ${ONESTOP_EMBED_SCRIPT}
    COMMENT "Embedding policies/"
    VERBATIM)
  add_library(${library} STATIC ${output})
  target_link_libraries(${library} PUBLIC onestop_wire)
endfunction()
