using System.Text.Json;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>A request that fits its model and may now be paid for, once per image.</summary>
public interface IGenerationPlan
{
    /// <summary><c>owner/name</c>, or <c>placeholder</c>.</summary>
    string Model { get; }

    /// <summary>What will be sent, by the model's own names, without the per-image seed; never the bytes of a reference image.</summary>
    IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; }

    /// <summary>Parameters (by the contract's names) that this model does not know.</summary>
    IReadOnlyList<string> ParametersDropped { get; }

    /// <summary>Whether the model takes a seed.</summary>
    bool UsesSeed { get; }

    /// <summary>
    /// Pays for one image and hands its bytes to <paramref name="receive"/>. The paid request is sent at most once unless it is certain that it never
    /// arrived or was refused for its rate. Once the provider has finished the image, cancellation no longer stops the transfer: it is paid for.
    /// </summary>
    /// <param name="seed">Seed of this image; <c>null</c> exactly when <see cref="UsesSeed"/> is false.</param>
    /// <param name="onPredictionCreated">Told the provider's id as soon as it is known and before any further waiting; not called by a generator without predictions.</param>
    /// <param name="receive">
    /// Reads the bytes to their end. Called again from the start when the transfer breaks, so it must keep nothing of a failed attempt. A refusal of its
    /// own is returned as it is; an exception from its own storage (<see cref="LocalStorageException"/>) passes through.
    /// </param>
    /// <param name="cancellationToken">The caller gave up: a running prediction is cancelled at the provider before this throws.</param>
    /// <returns>What <paramref name="receive"/> made of the bytes, or why there are none.</returns>
    Task<Result<T>> GenerateAsync<T>(
        int? seed,
        Func<string, Task> onPredictionCreated,
        Func<Stream, CancellationToken, Task<Result<T>>> receive,
        CancellationToken cancellationToken);
}
