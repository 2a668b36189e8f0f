import CEL
import Testing

/// The examples by which cel-go documents its extensions; what cel-spec wants otherwise (places beyond the end of a text) is
/// as cel-spec wants it.
@Suite("Extensions of the language")
struct ExtensionTests {
    private func evaluate(_ text: String) throws -> Value {
        let environment = Environment()
        return environment.program(try environment.compile(text)).evaluate(SlotActivation([]))
    }

    @Test(
        "What the documentation says holds",
        arguments: [
            #"cel.bind(a, 'hello', cel.bind(b, 'world', a + b + b + a)) == 'helloworldworldhello'"#,
            #"cel.bind(valid, [1, 2], [3, 2].exists(e, e in valid))"#,
            #"base64.decode('aGVsbG8=') == b'hello' && base64.encode(b'hello') == 'aGVsbG8='"#,
            #"math.greatest(1) == 1 && math.greatest(1u, 2u) == 2u && math.greatest(-42.0, -21.5, -100.0) == -21.5"#,
            #"math.greatest([-42.0, -21.5, -100.0]) == -21.5 && math.least([-42.0, -21.5, -100.0]) == -100.0"#,
            #"math.least(1) == 1 && math.least(1u, 2u) == 1u && math.least(-42.0, -21.5, -100.0) == -100.0"#,
            #"math.bitOr(1u, 2u) == 3u && math.bitOr(-2, -4) == -2"#,
            #"math.bitAnd(3u, 2u) == 2u && math.bitAnd(3, 5) == 1 && math.bitAnd(-3, -5) == -7"#,
            #"math.bitXor(3u, 5u) == 6u && math.bitXor(1, 3) == 2"#,
            #"math.bitNot(1) == -2 && math.bitNot(-1) == 0 && math.bitNot(0u) == 18446744073709551615u"#,
            #"math.bitShiftLeft(1, 2) == 4 && math.bitShiftLeft(-1, 2) == -4 && math.bitShiftLeft(1u, 200) == 0u"#,
            #"math.bitShiftRight(1024, 2) == 256 && math.bitShiftRight(1024u, 64) == 0u"#,
            #"math.bitShiftRight(-1024, 3) == 2305843009213693824"#,
            #"math.ceil(1.2) == 2.0 && math.ceil(-1.2) == -1.0 && math.floor(1.2) == 1.0 && math.floor(-1.2) == -2.0"#,
            #"math.round(1.2) == 1.0 && math.round(1.5) == 2.0 && math.round(-1.5) == -2.0"#,
            #"math.trunc(-1.3) == -1.0 && math.trunc(1.3) == 1.0"#,
            #"math.abs(-1) == 1 && math.abs(1) == 1 && math.sign(-42) == -1 && math.sign(0) == 0 && math.sign(42) == 1"#,
            #"math.isInf(1.0 / 0.0) && !math.isInf(1.2) && math.isNaN(0.0 / 0.0) && !math.isNaN(1.2)"#,
            #"!math.isFinite(0.0 / 0.0) && math.isFinite(1.2)"#,
            #"math.sqrt(81) == 9.0 && math.sqrt(985.25) == 31.388692231439016 && math.isNaN(math.sqrt(-15))"#,
            #"[1, 2, 2, 3, 3, 3].distinct() == [1, 2, 3] && ['b', 'b', 'c', 'a', 'c'].distinct() == ['b', 'c', 'a']"#,
            #"[1, 'b', 2, 'b'].distinct() == [1, 'b', 2]"#,
            #"dyn([1, [2, 3], [4]]).flatten() == [1, 2, 3, 4] && dyn([1, [2, [3, 4]]]).flatten() == [1, 2, [3, 4]]"#,
            #"[1, [2, [3, [4]]]].flatten(2) == [1, 2, 3, [4]]"#,
            #"lists.range(5) == [0, 1, 2, 3, 4] && [5, 3, 1, 2].reverse() == [2, 1, 3, 5]"#,
            #"[1, 2, 3, 4].slice(1, 3) == [2, 3] && [1, 2, 3, 4].slice(2, 4) == [3, 4]"#,
            #"[3, 2, 1].sort() == [1, 2, 3] && ['b', 'c', 'a'].sort() == ['a', 'b', 'c']"#,
            #"[{'n': 'foo', 's': 0}, {'n': 'bar', 's': -10}, {'n': 'baz', 's': 9}].sortBy(e, e.s).map(e, e.n) == ['bar', 'foo', 'baz']"#,
            #"[1, 2, 3].last().value() == 3 && [].last().orValue('test') == 'test'"#,
            #"[1, 2, 3].first().value() == 1 && [].first().orValue('test') == 'test'"#,
            #"{'a': 1}.merge({}) == {'a': 1} && {'a': 1}.merge({'b': 2}) == {'a': 1, 'b': 2} && {}.merge({}) == {}"#,
            #"{'a': 1}.merge({'a': 2, 'b': 2}) == {'a': 2, 'b': 2}"#,
            #"sets.contains([], []) && !sets.contains([], [1]) && sets.contains([1, 2.0, 3u], [1.0, 2u, 3])"#,
            #"sets.equivalent([1], [1, 1]) && sets.equivalent([1], [1u, 1.0]) && sets.equivalent([1, 2, 3], [3u, 2.0, 1])"#,
            #"!sets.intersects([1], []) && sets.intersects([[1], [2, 3]], [[1, 2], [2, 3.0]])"#,
            #"'hello'.charAt(4) == 'o' && 'hello'.charAt(5) == ''"#,
            #"'hello mellow'.indexOf('') == 0 && 'hello mellow'.indexOf('ello') == 1 && 'hello mellow'.indexOf('jello') == -1"#,
            #"'hello mellow'.indexOf('', 2) == 2 && 'hello mellow'.indexOf('ello', 2) == 7"#,
            #"'ananas'.lastIndexOf('ana') == 2 && 'ananas'.lastIndexOf('ana', 1) == 0 && 'üaüaü'.lastIndexOf('aü', 2) == 1"#,
            #"['hello', 'mellow'].join() == 'hellomellow' && ['hello', 'mellow'].join(' ') == 'hello mellow' && [].join('/') == ''"#,
            #"'hello mellow'.lastIndexOf('') == 12 && 'hello mellow'.lastIndexOf('ello', 6) == 1"#,
            #"'TacoCÆt Xii'.lowerAscii() == 'tacocÆt xii' && 'TacoCÆt Xii'.upperAscii() == 'TACOCÆT XII'"#,
            #"strings.quote('single-quote with "double quote"') == r'"single-quote with \"double quote\""'"#,
            #"strings.quote("two escape sequences \a\n") == r'"two escape sequences \a\n"'"#,
            #"'hello hello'.replace('he', 'we', -1) == 'wello wello' && 'hello hello'.replace('he', 'we', 1) == 'wello hello'"#,
            #"'hello hello'.replace('he', 'we', 0) == 'hello hello'"#,
            #"'a a a'.split(' ', 0) == [] && 'a a a'.split(' ', 1) == ['a a a'] && 'a a a'.split(' ', 2) == ['a', 'a a']"#,
            #"'tacocat'.substring(4) == 'cat' && 'tacocat'.substring(0, 4) == 'taco' && '  \ttrim\n    '.trim() == 'trim'"#,
            #"'gums'.reverse() == 'smug' && 'John Smith'.reverse() == 'htimS nhoJ'"#,
            #"[1, 2, 3].all(i, j, i < j) && !{'hello': 'world', 'taco': 'taco'}.all(k, v, k != v)"#,
            #"{'h': ['hello', 'hi'], 'j': ['joke', 'jog']}.all(k, vals, vals.all(v, v.startsWith(k)))"#,
            #"{'greeting': 'hello', 'farewell': 'goodbye'}.exists(k, v, k.startsWith('good') || v.endsWith('bye'))"#,
            #"![1, 2, 1, 3, 1, 4].existsOne(i, v, i == 1 || v == 1) && [1, 1, 2, 2, 3, 3].existsOne(i, v, i == 2 && v == 2)"#,
            #"{'i': 0, 'j': 1, 'k': 2}.existsOne(i, v, i == 'l' || v == 1) && {'i': 0}.exists_one(i, v, v == 0)"#,
            #"[1, 2, 3].transformList(i, v, (i * v) + v) == [1, 4, 9]"#,
            #"[1, 2, 3].transformList(i, v, i % 2 == 0, (i * v) + v) == [1, 9]"#,
            #"{'greeting': 'hello', 'farewell': 'goodbye'}.transformList(_, v, v).sort() == ['goodbye', 'hello']"#,
            #"[1, 2, 3].transformMap(i, v, i % 2 == 0, (i * v) + v) == {0: 1, 2: 9}"#,
            #"{'greeting': 'hello'}.transformMapEntry(k, v, {v: k}) == {'hello': 'greeting'}"#,
            #"regex.replace('hello world hello', 'hello', 'hi') == 'hi world hi'"#,
            #"regex.replace('banana', 'a', 'x', 0) == 'banana' && regex.replace('banana', 'a', 'x', 1) == 'bxnana'"#,
            #"regex.replace('banana', 'a', 'x', 2) == 'bxnxna' && regex.replace('banana', 'a', 'x', -12) == 'bxnxnx'"#,
            #"regex.replace('foo bar', '(fo)o (ba)r', r'\2 \1') == 'ba fo'"#,
            #"regex.extract('hello world', 'hello(.*)') == optional.of(' world') && regex.extract('HELLO', 'hello') == optional.none()"#,
            #"regex.extract('item-A, item-B', r'item-(\w+)') == optional.of('A')"#,
            #"regex.extractAll('id:123, id:456', r'id:\d+') == ['id:123', 'id:456'] && regex.extractAll('id:123', 'assa') == []"#,
            #"optional.of({'c': 1}).optMap(x, x.c + 1).value() == 2 && optional.of([1]).optFlatMap(x, x[?0]).value() == 1"#,
            #"[optional.of(1), optional.none()].unwrapOpt() == [1] && optional.unwrap([optional.of(2)]) == [2]"#,
            #"!optional.ofNonZeroValue('').hasValue() && {?'a': optional.none(), 'b': 1} == {'b': 1} && [?optional.none(), 1] == [1]"#,
        ])
    func holds(_ text: String) throws {
        let value = try evaluate(text)
        guard case .bool(true) = value else {
            Issue.record("\(text): \(value)")
            return
        }
    }

    @Test(
        "What the documentation calls an error is one",
        arguments: [
            (#"math.abs(-9223372036854775808)"#, #"integer overflow"#),
            (#"[1, [2, [3, [4]]]].flatten(-1)"#, #"negative"#),
            (#"dyn([1, 'b']).sort()"#, #"same type"#),
            (#"'hello'.charAt(-1)"#, #"index out of range: -1"#),
            (#"'hello mellow'.indexOf('ello', -1)"#, #"index out of range: -1"#),
            (#"'hello mellow'.lastIndexOf('ello', -1)"#, #"index out of range: -1"#),
            (#"'tacocat'.substring(-1)"#, #"index out of range: -1"#),
            (#"'tacocat'.substring(2, 1)"#, #"invalid substring range. start: 2, end: 1"#),
            (#"base64.decode('a*b=')"#, #"base64"#),
            (#"math.greatest(dyn('string'))"#, #"no such overload"#),
            (#"regex.replace('foo bar', '(', '$2 $1')"#, #"given regex is invalid"#),
            (#"regex.replace('id=123', r'id=(?P<value>\d+)', r'value: \values')"#, #"invalid replacement string"#),
            (
                #"regex.extract('testuser@testdomain', '(.*)@([^.]*)')"#,
                #"regular expression has more than one capturing group"#
            ),
            (
                #"regex.extractAll('testuser@testdomain', '(.*)@([^.]*)')"#,
                #"regular expression has more than one capturing group"#
            ),
            (
                #"{'greeting': 'aloha', 'farewell': 'aloha'}.transformMapEntry(k, v, {v: k})"#,
                #"insert failed: key aloha already exists"#
            ),
            (#"math.bitShiftLeft(1, -2)"#, #"negative"#),
        ])
    func fails(_ text: String, _ expected: String) throws {
        guard case .error(let error) = try evaluate(text) else {
            Issue.record("\(text) has a value")
            return
        }
        #expect(error.message.contains(expected), "\(text)")
    }
}
