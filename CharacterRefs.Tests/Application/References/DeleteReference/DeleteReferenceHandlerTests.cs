using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.DeleteReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace CharacterRefs.Tests.Application.References.DeleteReference;

[Category("Unit")]
internal sealed class DeleteReferenceHandlerTests
{
    private readonly ReferenceScene _scene = new();
    private readonly CharacterReference _reference = AReference.Uploaded();

    [Test]
    public async Task HandleAsync_WhenThereIsARow_RemovesItBeforeTheBytes()
    {
        _scene.Catalog.FindAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_reference);
        _scene.Catalog.DeleteAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_ =>
        {
            _scene.Journal.Add("delete row");
            return ReferenceDeletion.Done;
        });

        var result = await HandleAsync();

        Assert.That(result.Value, Is.SameAs(_reference));
        Assert.That(_scene.Journal, Is.EqualTo(["delete row", $"delete file {_reference.Id}"]));
        _scene.Files.Received(1).Delete(_reference.Id, _reference.Format);
        _scene.DerivativeFiles.Received(1).Delete(_reference.Id);
        Assert.That(_scene.Log.Lines, Has.One.StartsWith($"Information Deleted {_reference.Id} "));
    }

    [Test]
    public async Task HandleAsync_WhenThereIsNoRowOrAnotherWasFaster_IsNotFoundAndLeavesTheBytes([Values] bool hasRow)
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(hasRow ? _reference : null);
        _scene.Catalog.DeleteAsync(default, default).ReturnsForAnyArgs(ReferenceDeletion.Absent);

        var result = await HandleAsync();

        Assert.That(result.Error, Is.EqualTo(new Error(ErrorKind.NotFound, $"Character reference image with ID {_reference.Id} not found")));
        Assert.That(_scene.Log.Lines, Is.Empty);
        Assert.That(_scene.Journal, Is.Empty);
    }

    [TestCase(1, "job job-01.")]
    [TestCase(2, "jobs job-01, job-02.")]
    [TestCase(10, "jobs job-01, job-02, job-03, job-04, job-05, job-06, job-07, job-08, job-09, job-10.")]
    [TestCase(12, "jobs job-01, job-02, job-03, job-04, job-05, job-06, job-07, job-08, job-09, job-10, and 2 more.")]
    public async Task HandleAsync_WhenJobsUseIt_IsAConflictThatNamesThemAndLeavesTheBytes(int count, string named)
    {
        var jobs = Enumerable.Range(1, count).Select(number => JobId.TryParse($"job-{number:00}", out var id) ? id : default);
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(_reference);
        _scene.Catalog.DeleteAsync(default, default).ReturnsForAnyArgs(new ReferenceDeletion(false, [.. jobs]));

        var result = await HandleAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.Conflict));
        Assert.That(result.Error?.Detail, Does.Contain($"{_reference.Id} is in use by {named}"));
        Assert.That(_scene.Journal, Is.Empty);
    }

    [Test]
    public void HandleAsync_WhenTheRowCannotBeRemoved_LeavesTheBytes()
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(_reference);
        _scene.Catalog.DeleteAsync(default, default).ThrowsAsyncForAnyArgs(new InvalidOperationException("The catalog is locked."));

        Assert.That(HandleAsync, Throws.InvalidOperationException);
        Assert.That(_scene.Journal, Is.Empty);
    }

    private Task<Result<CharacterReference>> HandleAsync() =>
        new DeleteReferenceHandler(
            _scene.Lookup, _scene.JobImages, _scene.Catalog, _scene.Files, _scene.DerivativeFiles, _scene.Integrity, _scene.Log.Of<DeleteReferenceHandler>())
            .HandleAsync(_reference.Id, CancellationToken.None);
}
