# Writes files into a C++ source that defines a function which gives them:
#   cmake -D OUTPUT=x.cc -D HEADER=wire/embedded_policies.h
#         -D FUNCTION=onestop::wire::EmbeddedPolicies -D TYPE=PolicyText
#         -D "FILES=a.textproto;b.textproto" -P embed.cmake
# and, when included, defines onestop_embed_policies(<library>) and
# onestop_embed_schema_checks(<library>).

if(CMAKE_SCRIPT_MODE_FILE)
  string(REGEX MATCH "^(.*)::([^:]*)$" matched ${FUNCTION})
  set(namespace ${CMAKE_MATCH_1})
  set(function ${CMAKE_MATCH_2})
  set(source "// Generated: files of the repository, built into the binaries.\n")
  string(APPEND source "#include \"${HEADER}\"\n\n#include <string>\n\n")
  string(APPEND source "namespace ${namespace} {\nnamespace {\n\n")
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
    "std::vector<${TYPE}> ${function}() {\n  return {\n${entries}  };\n}\n\n"
    "}  // namespace ${namespace}\n")
  file(WRITE ${OUTPUT} "${source}")
  return()
endif()

set(ONESTOP_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

# A source of the files as they are when it is built; its path is in `out_var`.
function(onestop_embed out_var)
  cmake_parse_arguments(ARG "" "NAME;HEADER;FUNCTION;TYPE" "FILES" ${ARGN})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME}.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${output} -D HEADER=${ARG_HEADER}
            -D FUNCTION=${ARG_FUNCTION} -D TYPE=${ARG_TYPE}
            -D "FILES=${ARG_FILES}" -P ${ONESTOP_EMBED_SCRIPT}
    DEPENDS ${ARG_FILES} ${ONESTOP_EMBED_SCRIPT}
    COMMENT "Embedding ${ARG_NAME}"
    VERBATIM)
  set(${out_var} ${output} PARENT_SCOPE)
endfunction()

# A static library of the policies as they are when it is built.
function(onestop_embed_policies library)
  file(GLOB policies CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/policies/*.textproto)
  list(SORT policies)
  onestop_embed(source NAME embedded_policies HEADER wire/embedded_policies.h
    FUNCTION onestop::wire::EmbeddedPolicies TYPE PolicyText FILES ${policies})
  add_library(${library} STATIC ${source})
  target_link_libraries(${library} PUBLIC onestop_wire)
endfunction()

# A static library of migrations/verify/, in the order of the plan.
function(onestop_embed_schema_checks library)
  set(plan ${PROJECT_SOURCE_DIR}/migrations/sqitch.plan)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${plan})
  file(STRINGS ${plan} lines REGEX "^[a-z_]+ ")
  set(scripts)
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^[a-z_]+" change ${line})
    list(APPEND scripts ${PROJECT_SOURCE_DIR}/migrations/verify/${change}.sql)
  endforeach()
  onestop_embed(source NAME schema_checks HEADER storage/schema_checks.h
    FUNCTION onestop::storage::SchemaChecks TYPE SchemaCheck FILES ${scripts})
  add_library(${library} STATIC ${source})
endfunction()
