using System.Text.Json;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Replicate.Inputs;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

[Category("Unit")]
internal sealed class RecordedInputsTests
{
    private const string First = "0199aaaa-0000-7000-8000-000000000001";
    private const string Second = "0199aaaa-0000-7000-8000-000000000002";

    [TestCase("{}", null, "{}")]
    [TestCase("""{"prompt":"p","steps":28}""", null, """{"prompt":"p","steps":28}""")]
    [TestCase("""{"prompt":"p"}""", 7, """{"prompt":"p","seed":7}""")]
    [TestCase($$"""{"input_image":"reference:{{First}}"}""", null, $$"""{"input_image":"u:{{First}}"}""")]
    [TestCase($$"""{"images":["reference:{{Second}}","reference:{{First}}"]}""", 1, $$"""{"images":["u:{{Second}}","u:{{First}}"],"seed":1}""")]
    [TestCase($$"""{"prompt":"reference:{{First}}"}""", null, $$"""{"prompt":"reference:{{First}}"}""")]
    [TestCase("""{"images":["reference:x"]}""", null, """{"images":["reference:x"]}""")]
    [TestCase("""{"images":[]}""", null, """{"images":[]}""")]
    public void Build_WhenInputsAreRecorded_PutsUrlsAndSeedIn(string recorded, int? seed, string sent)
    {
        var inputs = RecordedInputs.Build(Read(recorded), seed, id => $"u:{id}");

        Assert.That(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(inputs), JsonElement.Parse(sent)), Is.True, JsonSerializer.Serialize(inputs));
    }

    [Test]
    public void References_WhenSeveralAreRecorded_KeepsTheirOrder()
    {
        var ids = RecordedInputs.References(Read($$"""{"prompt":"p","images":["reference:{{Second}}","reference:{{First}}"]}"""));

        Assert.That(ids, Is.EqualTo([new CharacterReferenceId(new Guid(Second)), new CharacterReferenceId(new Guid(First))]));
    }

    [TestCase("""{"prompt":"p","steps":28,"seed":7}""", true)]
    [TestCase("""{"seed":7,"steps":28.0,"prompt":"\u0070"}""", true, Description = "Numbers and texts are compared by value.")]
    [TestCase("""{"prompt":"p","steps":28,"seed":7,"go_fast":true}""", true, Description = "A default that Replicate filled in.")]
    [TestCase("""{"prompt":"p","steps":28,"seed":7,"image":null,"images":[]}""", true)]
    [TestCase("""{"prompt":"p","steps":28,"seed":8}""", false)]
    [TestCase("""{"prompt":"p","steps":28,"seed":"7"}""", false)]
    [TestCase("""{"prompt":"p","steps":28}""", false)]
    [TestCase("""{"prompt":"q","steps":28,"seed":7}""", false)]
    [TestCase("""{"prompt":"p","seed":7}""", false)]
    [TestCase("""{"prompt":"p","steps":28,"seed":7,"image":"https://example.com/x.png"}""", false, Description = "Another request, with a reference image.")]
    [TestCase("{}", false)]
    [TestCase("null", false)]
    [TestCase("[]", false)]
    public void Matches_WhenThereIsNoReference_ComparesInputsAndSeed(string input, bool matches) =>
        Assert.That(RecordedInputs.Matches(JsonElement.Parse(input), Read("""{"prompt":"p","steps":28}"""), 7), Is.EqualTo(matches));

    [TestCase("""{"prompt":"p"}""", true)]
    [TestCase("""{"prompt":"p","seed":null}""", true)]
    [TestCase("""{"prompt":"p","seed":7}""", false)]
    public void Matches_WhenTheSlotHasNoSeed_DemandsNone(string input, bool matches) =>
        Assert.That(RecordedInputs.Matches(JsonElement.Parse(input), Read("""{"prompt":"p"}"""), null), Is.EqualTo(matches));

    [TestCase("""{"prompt":"p","images":["https://replicate.delivery/a","data:x"]}""", true)]
    [TestCase("""{"prompt":"p","images":["https://replicate.delivery/a"]}""", false)]
    [TestCase("""{"prompt":"p","images":[]}""", false)]
    [TestCase("""{"prompt":"p"}""", false)]
    [TestCase("""{"prompt":"q","images":["a","b"]}""", false)]
    public void Matches_WhenReferencesAreRecorded_ComparesOnlyTheirNumber(string input, bool matches)
    {
        var recorded = Read($$"""{"prompt":"p","images":["reference:{{Second}}","reference:{{First}}"]}""");

        Assert.That(RecordedInputs.Matches(JsonElement.Parse(input), recorded, null), Is.EqualTo(matches));
    }

    private static Dictionary<string, JsonElement> Read(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
