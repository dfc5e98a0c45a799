using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.Uploads;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>
/// Draws one slot and keeps its row true at every step. The row is written whatever the caller does meanwhile: money has left by then, so the
/// ledger is never cancelled.
/// </summary>
public sealed partial class SlotRunner(
    ReferenceIntake intake, IReferenceFiles files, IGenerationLedger ledger, PendingUploads uploads, ReferenceLocator stored, TimeProvider clock, ILogger<SlotRunner> logger)
{
    private const string CanceledByCaller = "Canceled";

    /// <returns>The stored image, or why there is none; never throws for one slot's trouble.</returns>
    public async Task<Result<LocatedReference>> RunAsync(
        IGenerationPlan plan, Generation generation, GenerationSlot slot, CancellationToken cancellationToken)
    {
        try
        {
            var drawn = await plan.GenerateAsync(
                slot.Seed,
                predictionId => StartAsync(generation, slot, predictionId),
                (content, token) => intake.ReceiveAsync(content, long.MaxValue, token), // the generator bounds its own transfer
                cancellationToken);
            if (!drawn.TryGet(out var image, out var error))
            {
                return await FailAsync(generation, slot, OfModel(error));
            }

            using (image)
            {
                return await KeepAsync(generation, slot, image);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(generation, slot, new Error(ErrorKind.UpstreamFailed, "The caller gave up."), CanceledByCaller);
        }
        catch (LocalStorageException exception)
        {
            LogNotStored(logger, generation.Id, slot.Index, exception);
            return await FailAsync(generation, slot, new Error(ErrorKind.StorageUnavailable, exception.Message));
        }
        catch (Exception exception)
        {
            // The other slots of the request are paid for as well; one fault must not throw their images away.
            LogFault(logger, generation.Id, slot.Index, exception);
            return await FailAsync(generation, slot, new Error(ErrorKind.InternalError, "This image failed by a fault of the service; the log has the cause."));
        }
    }

    private async Task StartAsync(Generation generation, GenerationSlot slot, string predictionId)
    {
        slot.Start(predictionId);
        await ledger.RecordAsync(generation.Id, slot, CancellationToken.None);
    }

    private async Task<Result<LocatedReference>> KeepAsync(Generation generation, GenerationSlot slot, AcceptedImage image)
    {
        // Bytes, then rename, then row: a crash in between leaves a file that the next start adopts with the story of this slot.
        files.Publish(image.Staged, slot.ImageId, image.Details.Format);
        var reference = uploads.Enqueue(
            image.ToReference(slot.ImageId, ReferenceOrigin.Generated, clock.GetUtcNow()) with { Provenance = generation.ProvenanceOf(slot) });
        slot.Succeed();
        await ledger.CompleteAsync(generation.Id, slot, reference, CancellationToken.None);
        return stored.Locate(await uploads.AttemptAsync(reference));
    }

    private async Task<Result<LocatedReference>> FailAsync(Generation generation, GenerationSlot slot, Error error, string? code = null)
    {
        if (slot.State != GenerationSlotState.Succeeded)
        {
            slot.Fail(code ?? error.Kind.ToString(), error.Detail);
            try
            {
                await ledger.RecordAsync(generation.Id, slot, CancellationToken.None);
            }
            catch (Exception exception)
            {
                // The row keeps saying less than is known; the images of the other slots must not be lost for it.
                LogNotRecorded(logger, generation.Id, slot.Index, exception);
            }
        }

        LogFailed(logger, generation.Id, slot.Index, code ?? error.Kind.ToString(), error.Detail);
        return error;
    }

    /// <summary>Bytes that the gate refuses are the model's fault here, not a field of the caller's.</summary>
    private static Error OfModel(Error error) => error.Kind is ErrorKind.ValidationError
        ? new Error(ErrorKind.UpstreamFailed, $"The model delivered what is not an acceptable image. {error.Detail}")
        : error;

    [LoggerMessage(1, LogLevel.Warning, "Generation {GenerationId} slot {Index} ended without an image: {Error}: {Detail}")]
    private static partial void LogFailed(ILogger logger, GenerationId generationId, int index, string error, string detail);

    [LoggerMessage(2, LogLevel.Error, "Generation {GenerationId} slot {Index}: the local disk did not take the image")]
    private static partial void LogNotStored(ILogger logger, GenerationId generationId, int index, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "Generation {GenerationId} slot {Index} failed by a fault")]
    private static partial void LogFault(ILogger logger, GenerationId generationId, int index, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Generation {GenerationId} slot {Index}: the ledger did not take its end")]
    private static partial void LogNotRecorded(ILogger logger, GenerationId generationId, int index, Exception exception);
}
