// Where a figure comes from, in words: "yn36 §1(3)2" as the document's number
// and article, the way one finds it on paper.
#ifndef ONESTOP_CLI_CITATION_H_
#define ONESTOP_CLI_CITATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/text.h"

namespace onestop::cli {

// The basis with every document that it names in words; what is not a known
// document's short name stays as it is.
std::string Citation(std::string_view basis, Language language);

// Only the documents and articles that the basis names, without what it says
// about them.
std::string CitedArticles(std::string_view basis, Language language);

// The short names of the documents that the basis names, in its order.
std::vector<std::string_view> CitedDocuments(std::string_view basis);

// A known document's full title and number.
std::string DocumentTitle(std::string_view short_name, Language language);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_CITATION_H_
