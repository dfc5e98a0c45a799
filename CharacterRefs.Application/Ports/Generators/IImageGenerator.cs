using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>Generates character images from text, one paid request per image.</summary>
public interface IImageGenerator
{
    /// <summary>Whether a request is paid for, so that one whose fate is unknown must never be repeated.</summary>
    bool IsMetered { get; }

    /// <summary>Whether this generator can finish generations of a model. Those of another configuration may be open after a restart.</summary>
    /// <param name="model">As recorded.</param>
    bool Serves(string model);

    /// <summary>Fits a request to its model before anything is paid.</summary>
    /// <returns>
    /// The plan, or <see cref="ErrorKind.ValidationError"/> with the field and the allowed values, <see cref="ErrorKind.ConfigurationError"/> when
    /// the model or the token cannot be used, or an upstream error when the provider does not respond.
    /// </returns>
    Task<Result<GenerationPlan>> PlanAsync(GenerationRequest request, CancellationToken cancellationToken);

    /// <summary>Describes the parameters that these models accept. Nothing is paid.</summary>
    /// <returns>One description per model, in order; a model that cannot be read now has an error.</returns>
    Task<IReadOnlyList<ModelDescription>> DescribeModelsAsync(IReadOnlyList<string> models, CancellationToken cancellationToken);

    /// <summary>
    /// Takes one image from where it is to its end. Without <see cref="SlotTask.PredictionId"/> the paid request is sent first, at most once unless it
    /// certainly did not arrive or was rejected; with one the prediction is read and its output fetched.
    /// </summary>
    /// <param name="progress">Records every step before the next begins; what it throws ends the work and is passed through.</param>
    /// <param name="cancel">The generation is canceled: a running prediction is canceled at the provider.</param>
    /// <param name="stop">The service stops: a running prediction is left running.</param>
    Task<SlotOutcome> GenerateAsync(SlotTask task, ISlotProgress progress, CancellationToken cancel, CancellationToken stop);

    /// <summary>Looks at the provider for a paid request whose response was lost.</summary>
    /// <param name="task">The image, with <see cref="SlotTask.StartedAt"/>.</param>
    /// <param name="isClaimed">Whether an image has this prediction already; then it is no match.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>The id of the prediction, an empty string when there is none now, or the error that kept it from looking.</returns>
    Task<Result<string>> FindSubmissionAsync(SlotTask task, Func<string, Task<bool>> isClaimed, CancellationToken cancellationToken);
}
