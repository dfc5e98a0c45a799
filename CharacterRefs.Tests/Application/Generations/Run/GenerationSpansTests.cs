using System.Diagnostics;
using CharacterRefs.Application.Results;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using CharacterRefs.Tests.Support.Telemetry;

namespace CharacterRefs.Tests.Application.Generations.Run;

[Category("Unit")]
internal sealed class GenerationSpansTests
{
    private const string GenerationId = "characterrefs.generation.id";
    private const string ImageId = "characterrefs.image.id";

    private readonly RecordedSpans _spans = new();

    [TearDown]
    public void TearDown() => _spans.Dispose();

    [Test]
    public async Task Generation_WhenARequestStartsIt_IsATraceOfItsOwnLinkedToTheRequest()
    {
        await using var scene = new GenerationScene();
        using var request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();

        var generation = await scene.RunAsync(GenerationScene.Command(2));

        var span = await _spans.FindAsync("generation", GenerationId, generation.Id.ToString());
        Assert.That(Activity.Current, Is.SameAs(request));
        Assert.That((span.ParentSpanId, span.TraceId == request.TraceId), Is.EqualTo((default(ActivitySpanId), false)));
        Assert.That(span.Links.Single().Context, Is.EqualTo(request.Context));
        Assert.That((span.GetTagItem("model"), span.Status), Is.EqualTo((generation.Model, ActivityStatusCode.Unset)));
        foreach (var slot in generation.Slots)
        {
            var child = await _spans.FindAsync("generation slot", ImageId, slot.ImageId.ToString());
            Assert.That((child.ParentSpanId, child.TraceId), Is.EqualTo((span.SpanId, span.TraceId)));
            Assert.That((child.GetTagItem("outcome"), child.Status), Is.EqualTo(("succeeded", ActivityStatusCode.Unset)));
        }
    }

    [Test]
    public async Task Generation_WhenAnotherProcessContinuesIt_IsLinkedToTheRequestToo()
    {
        const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using var scene = new GenerationScene();
        var generation = AGeneration.Of(1) with { TraceParent = TraceParent };
        await scene.Ledger.BeginAsync(generation, null, null, default);

        scene.Runner.Start(generation);
        await scene.EndAsync(generation);

        var span = await _spans.FindAsync("generation", GenerationId, generation.Id.ToString());
        Assert.That(span.Links.Single().Context, Is.EqualTo(ActivityContext.Parse(TraceParent, null)));
    }

    [Test]
    public async Task Generation_WhenItsRequestIsNotRecorded_HasNoLink()
    {
        await using var scene = new GenerationScene();
        using var request = new Activity("request").Start();

        var generation = await scene.RunAsync();

        Assert.That((await _spans.FindAsync("generation", GenerationId, generation.Id.ToString())).Links, Is.Empty);
    }

    [Test]
    public async Task Slot_WhenItFails_HasTheCodeAndNotTheText()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot => slot.FailAsync(ErrorKind.GenerationRejected, "A secret prompt.");

        var generation = await scene.RunAsync();

        var span = await _spans.FindAsync("generation slot", ImageId, generation.Slots[0].ImageId.ToString());
        Assert.That((span.GetTagItem("outcome"), span.GetTagItem("error.type")), Is.EqualTo(("failed", "GenerationRejected")));
        Assert.That((span.Status, span.StatusDescription), Is.EqualTo((ActivityStatusCode.Error, (string?)null)));
        Assert.That(span.TagObjects.Select(tag => $"{tag.Value}"), Has.None.Contains("secret"));
    }
}
