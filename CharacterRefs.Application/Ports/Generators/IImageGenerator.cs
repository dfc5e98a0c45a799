using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>Draws character images from text.</summary>
public interface IImageGenerator
{
    /// <summary>
    /// Fits the request to the model before anything is paid: what will be sent, what the model does not know, and whether a value is one that it
    /// forbids.
    /// </summary>
    /// <returns>
    /// The plan, or <see cref="ErrorKind.ValidationError"/> with the field and the allowed values, <see cref="ErrorKind.ConfigurationError"/> when
    /// the model or the token cannot be used, or an upstream error when the provider does not answer.
    /// </returns>
    Task<Result<IGenerationPlan>> PlanAsync(GenerationRequest request, CancellationToken cancellationToken);
}
