using CharacterRefs.Application.References;
using CharacterRefs.Application.References.FindReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.FindReference;

[Category("Unit")]
internal sealed class FindReferenceHandlerTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task HandleAsync_WhenThereIsARow_ReturnsWhereItsFileIsAndItsJobs([Values] bool hasFile)
    {
        var reference = AReference.Uploaded();
        var file = hasFile ? AReference.FileOf(reference) : null;
        _scene.Catalog.FindAsync(reference.Id, Arg.Any<CancellationToken>()).Returns(reference);
        _scene.Files.Find(default, default!).ReturnsForAnyArgs(file);
        IReadOnlyList<JobId> jobs = [JobId.TryParse("video-42", out var job) ? job : default];
        _scene.Jobs.FindJobsAsync(reference.Id, Arg.Any<CancellationToken>()).Returns(jobs);

        var result = await Handler.HandleAsync(reference.Id, CancellationToken.None);

        Assert.That(result.Value, Is.EqualTo(new LocatedReference(reference, $"data/{reference.Id}.png", file, null) { Jobs = jobs }));
    }

    [Test]
    public async Task HandleAsync_WhenThereIsNoRowAndNoObject_IsNotFoundWithoutProbingTheDisk()
    {
        var id = AReference.NewId();
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(default(CharacterReference));

        var result = await Handler.HandleAsync(id, CancellationToken.None);

        Assert.That(result.Error, Is.EqualTo(new Error(ErrorKind.NotFound, $"Character reference image with ID {id} not found")));
        _scene.Files.DidNotReceiveWithAnyArgs().Find(default, default!);
    }

    private FindReferenceHandler Handler => new(_scene.Lookup, _scene.Jobs, _scene.Locator);
}
