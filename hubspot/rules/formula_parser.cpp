// The parser of formulas: recursive descent with limits, so that any text ends in a tree or in an
// error with its position.
#include <algorithm>
#include <cctype>
#include <set>

#include "common/base/text.h"
#include "hubspot/rules/formula_tree.h"

namespace hubsim::hubspot {

namespace {

using Parsed = Result<FormulaNode, FormulaError>;

enum class TokenKind { end, number, text, name, symbol };
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;  ///< names in lower case beside `raw`
  std::string raw;
  std::size_t position = 1;
};

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<Token, FormulaError> next() {
    while (at_ < text_.size() && is_blank(text_[at_])) {
      ++at_;
    }
    const std::size_t start = at_;
    if (at_ >= text_.size()) {
      return Token{.position = start + 1};
    }
    const char c = text_[at_];
    if (c == '\'' || c == '"') {
      return quoted(c);
    }
    if (is_digit(c)) {
      return take(TokenKind::number, [](char d) { return is_digit(d) || d == '.'; });
    }
    if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_') {
      return take(TokenKind::name, is_name_char);
    }
    return symbol();
  }

 private:
  template <class Wanted>
  Token take(TokenKind kind, Wanted wanted) {
    const std::size_t start = at_;
    while (at_ < text_.size() && wanted(text_[at_])) {
      ++at_;
    }
    const std::string raw(text_.substr(start, at_ - start));
    return {kind, to_lower(raw), raw, start + 1};
  }

  Result<Token, FormulaError> quoted(char quote) {
    const std::size_t start = at_;
    const auto end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) {
      return Failure{FormulaError{start + 1, "a text constant is not closed"}};
    }
    const std::string inside(text_.substr(start + 1, end - start - 1));
    at_ = end + 1;
    return Token{TokenKind::text, inside, inside, start + 1};
  }

  Result<Token, FormulaError> symbol() {
    for (const std::string_view known : {"!=", "<=", ">=", "==", "&&", "||", "+", "-", "*", "/",
                                         "=", "<", ">", "(", ")", ",", "!"}) {
      if (text_.substr(at_).starts_with(known)) {
        const std::size_t start = at_;
        at_ += known.size();
        return Token{TokenKind::symbol, std::string(known), std::string(known), start + 1};
      }
    }
    return Failure{FormulaError{at_ + 1, std::string("unexpected character '") + text_[at_] + "'"}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

struct OperatorName {
  std::string_view symbol;
  FormulaOperator op;
};
constexpr std::array<OperatorName, 2> either_names{
    {{"or", FormulaOperator::either}, {"||", FormulaOperator::either}}};
constexpr std::array<OperatorName, 2> both_names{
    {{"and", FormulaOperator::both}, {"&&", FormulaOperator::both}}};
constexpr std::array<OperatorName, 8> comparison_names{{{"=", FormulaOperator::equal},
                                                        {"==", FormulaOperator::equal},
                                                        {"equals", FormulaOperator::equal},
                                                        {"!=", FormulaOperator::not_equal},
                                                        {"<", FormulaOperator::less},
                                                        {">", FormulaOperator::greater},
                                                        {"<=", FormulaOperator::less_or_equal},
                                                        {">=", FormulaOperator::greater_or_equal}}};
constexpr std::array<OperatorName, 2> sum_names{
    {{"+", FormulaOperator::add}, {"-", FormulaOperator::subtract}}};
constexpr std::array<OperatorName, 2> product_names{
    {{"*", FormulaOperator::multiply}, {"/", FormulaOperator::divide}}};

constexpr std::array<std::string_view, 11> keywords{"if", "then", "elseif", "else", "endif", "and",
                                                    "or", "not",  "equals", "true", "false"};

bool is_keyword(const Token& token) {
  return token.kind == TokenKind::name &&
         std::find(keywords.begin(), keywords.end(), token.text) != keywords.end();
}

std::string_view type_name(FormulaType type) {
  switch (type) {
    case FormulaType::number:
      return "number";
    case FormulaType::text:
      return "string";
    case FormulaType::boolean:
      return "boolean";
    case FormulaType::any:
      break;
  }
  return "value";
}

bool fits(FormulaType have, FormulaType wanted) {
  return have == wanted || have == FormulaType::any || wanted == FormulaType::any;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Parsed parse() {
    if (auto error = advance()) {
      return Failure{*error};
    }
    Parsed root = expression();
    if (root.ok() && token_.kind != TokenKind::end) {
      return wrong("unexpected '" + token_.raw + "'");
    }
    return root;
  }

  [[nodiscard]] std::size_t size() const noexcept { return nodes_; }
  [[nodiscard]] std::vector<FormulaInput> inputs() const {
    return {inputs_.begin(), inputs_.end()};
  }

 private:
  using Level = Parsed (Parser::*)();

  // ---- tokens

  std::optional<FormulaError> advance() {
    auto next = lexer_.next();
    if (!next.ok()) {
      return next.error();
    }
    token_ = std::move(*next);
    return std::nullopt;
  }

  [[nodiscard]] Failure<FormulaError> wrong(std::string message) const {
    return Failure{FormulaError{token_.position, std::move(message)}};
  }

  [[nodiscard]] bool at(std::string_view text) const {
    return (token_.kind == TokenKind::symbol || token_.kind == TokenKind::name) &&
           token_.text == text;
  }

  std::optional<FormulaError> expect(std::string_view text) {
    if (!at(text)) {
      const std::string found = token_.kind == TokenKind::end ? "the end" : "'" + token_.raw + "'";
      return FormulaError{token_.position, "expected '" + std::string(text) + "', found " + found};
    }
    return advance();
  }

  // ---- levels, loosest first

  Parsed expression() {
    if (depth_ >= Formula::max_depth) {
      return wrong("the formula is nested too deeply");
    }
    ++depth_;
    Parsed node = chain(&Parser::conjunction, either_names, FormulaType::boolean);
    --depth_;
    return node;
  }
  Parsed conjunction() { return chain(&Parser::inversion, both_names, FormulaType::boolean); }
  Parsed sum() { return chain(&Parser::product, sum_names, FormulaType::number); }
  Parsed product() { return chain(&Parser::unary, product_names, FormulaType::number); }

  template <std::size_t N>
  [[nodiscard]] FormulaOperator operator_at(const std::array<OperatorName, N>& names) const {
    for (const OperatorName& each : names) {
      if (at(each.symbol)) {
        return each.op;
      }
    }
    return FormulaOperator::none;
  }

  /// operand (operator operand)*, from the left.
  template <std::size_t N>
  Parsed chain(Level next, const std::array<OperatorName, N>& names, FormulaType type) {
    Parsed left = (this->*next)();
    while (left.ok()) {
      const FormulaOperator op = operator_at(names);
      if (op == FormulaOperator::none) {
        break;
      }
      const std::size_t position = token_.position;
      if (auto error = advance()) {
        return Failure{*error};
      }
      Parsed right = (this->*next)();
      if (!right.ok()) {
        return right;
      }
      left = combine({op, position}, type, std::move(*left), std::move(*right));
    }
    return left;
  }

  struct At {
    FormulaOperator op;
    std::size_t position;
  };

  Parsed combine(At where, FormulaType type, FormulaNode left, FormulaNode right) {
    // Texts are joined by + (I).
    const bool texts = where.op == FormulaOperator::add && left.type == FormulaType::text &&
                       right.type == FormulaType::text;
    const FormulaType wanted = texts ? FormulaType::text : type;
    for (const FormulaNode* side : {&left, &right}) {
      if (!fits(side->type, wanted)) {
        return Failure{FormulaError{where.position, "a " + std::string(type_name(wanted)) +
                                                        " is needed, not a " +
                                                        std::string(type_name(side->type))}};
      }
    }
    return binary(where, wanted, std::move(left), std::move(right));
  }

  Parsed binary(At where, FormulaType type, FormulaNode left, FormulaNode right) {
    FormulaNode node{.kind = FormulaKind::binary, .type = type, .op = where.op};
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    return counted(std::move(node));
  }

  Parsed inversion() {
    if (!at("not") && !at("!")) {
      return comparison();
    }
    return prefixed(FormulaKind::invert, FormulaType::boolean, &Parser::inversion);
  }

  Parsed unary() {
    if (!at("-")) {
      return primary();
    }
    return prefixed(FormulaKind::negate, FormulaType::number, &Parser::unary);
  }

  Parsed prefixed(FormulaKind kind, FormulaType type, Level operand_level) {
    const std::size_t position = token_.position;
    if (depth_ >= Formula::max_depth) {
      return wrong("the formula is nested too deeply");
    }
    if (auto error = advance()) {
      return Failure{*error};
    }
    ++depth_;
    Parsed operand = (this->*operand_level)();
    --depth_;
    if (!operand.ok()) {
      return operand;
    }
    if (!fits(operand->type, type)) {
      return Failure{FormulaError{position, "a " + std::string(type_name(type)) +
                                                " is needed, not a " +
                                                std::string(type_name(operand->type))}};
    }
    FormulaNode node{.kind = kind, .type = type};
    node.children.push_back(std::move(*operand));
    return counted(std::move(node));
  }

  Parsed comparison() {
    Parsed left = sum();
    const FormulaOperator op = operator_at(comparison_names);
    if (!left.ok() || op == FormulaOperator::none) {
      return left;
    }
    const std::size_t position = token_.position;
    if (auto error = advance()) {
      return Failure{*error};
    }
    Parsed right = sum();
    if (!right.ok()) {
      return right;
    }
    if (!fits(left->type, right->type)) {
      return Failure{FormulaError{position, "a " + std::string(type_name(left->type)) +
                                                " cannot be compared with a " +
                                                std::string(type_name(right->type))}};
    }
    return binary({op, position}, FormulaType::boolean, std::move(*left), std::move(*right));
  }

  // ---- atoms

  Parsed primary() {
    switch (token_.kind) {
      case TokenKind::number:
        return number();
      case TokenKind::text:
        return constant({.kind = FormulaKind::text, .type = FormulaType::text, .text = token_.raw});
      case TokenKind::name:
        return named();
      case TokenKind::symbol:
      case TokenKind::end:
        break;
    }
    return at("(")
               ? grouped()
               : Parsed(wrong(token_.kind == TokenKind::end ? "the formula ends too early"
                                                            : "unexpected '" + token_.raw + "'"));
  }

  Parsed constant(FormulaNode node) {
    if (auto error = advance()) {
      return Failure{*error};
    }
    return counted(std::move(node));
  }

  Parsed number() {
    const auto value = parse_double(token_.raw);
    if (!value) {
      return wrong("'" + token_.raw + "' is not a number");
    }
    return constant({.kind = FormulaKind::number, .type = FormulaType::number, .number = *value});
  }

  Parsed grouped() {
    if (auto error = advance()) {
      return Failure{*error};
    }
    Parsed inside = expression();
    if (inside.ok()) {
      if (auto error = expect(")")) {
        return Failure{*error};
      }
    }
    return inside;
  }

  Parsed named() {
    if (at("true") || at("false")) {
      return constant({.kind = FormulaKind::boolean,
                       .type = FormulaType::boolean,
                       .number = at("true") ? 1.0 : 0.0});
    }
    if (at("if")) {
      return choose();
    }
    if (is_keyword(token_)) {
      return wrong("unexpected '" + token_.raw + "'");
    }
    const Token name = token_;
    if (auto error = advance()) {
      return Failure{*error};
    }
    return at("(") ? call(name) : property(name, FormulaType::number);
  }

  Parsed property(const Token& name, FormulaType type) {
    inputs_.insert({name.text, type});
    return counted({.kind = FormulaKind::property, .type = type, .text = name.text});
  }

  Parsed call(const Token& name) {
    if (name.text == "string" || name.text == "bool") {
      return typed_property(name.text == "bool" ? FormulaType::boolean : FormulaType::text);
    }
    const auto* known = std::find_if(formula_functions.begin(), formula_functions.end(),
                                     [&](const auto& each) { return each.name == name.text; });
    if (known == formula_functions.end()) {
      return Failure{FormulaError{name.position, "unknown function '" + name.raw + "'"}};
    }
    FormulaNode node{.kind = FormulaKind::call, .type = known->result, .function = known->function};
    if (auto error = arguments(*known, node)) {
      return Failure{*error};
    }
    if (node.children.size() < known->least || node.children.size() > known->most) {
      return Failure{
          FormulaError{name.position, "wrong number of arguments of '" + name.raw + "'"}};
    }
    return counted(std::move(node));
  }

  /// string(x), bool(x): the property x read as that.
  Parsed typed_property(FormulaType type) {
    if (auto error = advance()) {
      return Failure{*error};
    }
    if (token_.kind != TokenKind::name || is_keyword(token_)) {
      return wrong("a property name is needed here");
    }
    const Token name = token_;
    if (auto error = advance()) {
      return Failure{*error};
    }
    if (auto error = expect(")")) {
      return Failure{*error};
    }
    return property(name, type);
  }

  std::optional<FormulaError> arguments(const FormulaSignature& signature, FormulaNode& node) {
    do {  // over "(" first, then over each ","
      if (auto error = advance()) {
        return error;
      }
      const std::size_t position = token_.position;
      Parsed argument = signature.argument == FormulaType::any ? untyped() : expression();
      if (!argument.ok()) {
        return argument.error();
      }
      if (!fits(argument->type, signature.argument)) {
        return FormulaError{position, "a " + std::string(type_name(signature.argument)) +
                                          " is needed, not a " +
                                          std::string(type_name(argument->type))};
      }
      node.children.push_back(std::move(*argument));
    } while (at(",") && node.children.size() < signature.most);
    return expect(")");
  }

  /// The argument of is_present: a bare name may be a property of any type.
  Parsed untyped() {
    if (token_.kind == TokenKind::name && !is_keyword(token_)) {
      const Lexer before = lexer_;
      const Token name = token_;
      if (auto error = advance()) {
        return Failure{*error};
      }
      if (at(")")) {
        return property(name, FormulaType::any);
      }
      lexer_ = before;
      token_ = name;
    }
    return expression();
  }

  // ---- if

  Parsed choose() {
    FormulaNode node{.kind = FormulaKind::choose};
    do {  // over "if" first, then over each "elseif"
      if (auto error = branch(node)) {
        return Failure{*error};
      }
    } while (at("elseif"));
    if (at("else")) {
      if (auto error = value_after_keyword(node)) {
        return Failure{*error};
      }
    }
    if (auto error = expect("endif")) {
      return Failure{*error};
    }
    node.type = type_of_branches(node);
    return counted(std::move(node));
  }

  std::optional<FormulaError> branch(FormulaNode& node) {
    const std::size_t position = token_.position;
    if (auto error = value_after_keyword(node)) {
      return error;
    }
    if (!fits(node.children.back().type, FormulaType::boolean)) {
      return FormulaError{position, "the condition of 'if' must be a boolean"};
    }
    return at("then") ? value_after_keyword(node)
                      : std::optional(FormulaError{token_.position, "expected 'then'"});
  }

  std::optional<FormulaError> value_after_keyword(FormulaNode& node) {
    if (auto error = advance()) {
      return error;
    }
    Parsed value = expression();
    if (!value.ok()) {
      return value.error();
    }
    node.children.push_back(std::move(*value));
    return std::nullopt;
  }

  /// Different kinds of branches make `any`; the empty text fits all: it stands for no value.
  static FormulaType type_of_branches(const FormulaNode& node) {
    std::set<FormulaType> types;
    const auto& all = node.children;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool is_value = i % 2 == 1 || (i + 1 == all.size() && all.size() % 2 == 1);
      const bool is_empty = all[i].kind == FormulaKind::text && all[i].text.empty();
      if (is_value && !is_empty) {
        types.insert(all[i].type);
      }
    }
    return types.size() == 1 ? *types.begin() : FormulaType::any;
  }

  Parsed counted(FormulaNode node) {
    if (++nodes_ > Formula::max_nodes) {
      return wrong("the formula is too long");
    }
    return node;
  }

  Lexer lexer_;
  Token token_;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  std::set<FormulaInput> inputs_;
};

}  // namespace

Result<Formula, FormulaError> Formula::parse(std::string_view text) {
  if (text.size() > max_length) {
    return Failure{FormulaError{max_length, "the formula is too long"}};
  }
  Parser parser(text);
  Parsed root = parser.parse();
  if (!root.ok()) {
    return Failure{root.error()};
  }
  return Formula(std::make_shared<const FormulaNode>(std::move(*root)), parser.inputs(),
                 parser.size());
}

}  // namespace hubsim::hubspot
