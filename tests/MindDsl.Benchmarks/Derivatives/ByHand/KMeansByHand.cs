namespace MindDsl.Benchmarks.Derivatives.ByHand;

/// <summary>kmeans: the cost, and its gradient divided by the diagonal of its Hessian.</summary>
internal sealed class KMeansByHand(double[] points, double[] centroids, int d)
{
    private readonly double[] _second = new double[centroids.Length];

    public double[] Direction { get; } = new double[centroids.Length];

    public double Value()
    {
        double sum = 0;
        for (int i = 0; i < points.Length; i += d) sum += Distance(i, Nearest(i));
        return sum;
    }

    public double ValueAndDirection()
    {
        Array.Clear(Direction);
        Array.Clear(_second);
        double sum = 0;
        for (int i = 0; i < points.Length; i += d)
        {
            int j = Nearest(i);
            sum += Distance(i, j);
            for (int a = 0; a < d; a++)
            {
                Direction[j + a] += 2 * (centroids[j + a] - points[i + a]);
                _second[j + a] += 2;
            }
        }
        for (int j = 0; j < Direction.Length; j++) Direction[j] /= _second[j];
        return sum;
    }

    private double Distance(int i, int j)
    {
        double sum = 0;
        for (int a = 0; a < d; a++)
        {
            double difference = points[i + a] - centroids[j + a];
            sum += difference * difference;
        }
        return sum;
    }

    private int Nearest(int i)
    {
        double least = double.PositiveInfinity;
        int found = 0;
        for (int j = 0; j < centroids.Length; j += d)
        {
            double distance = Distance(i, j);
            if (distance < least) (least, found) = (distance, j);
        }
        return found;
    }
}
