//! Medians, ratios of pairs, and how sure they are.

/// The middle of `values`, which must not be empty.
pub fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 }
}

/// A value that the median of what `values` are drawn from stays below with a probability of at
/// least 90 %: the order statistic that the binomial distribution names, whatever the noise looks
/// like.
pub fn upper_bound(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    let n = sorted.len();
    // P(at most k of n values lie below the median), summed from the distribution's start.
    let mut term = 0.5f64.powi(n as i32);
    let mut sum = 0.0;
    for (k, value) in sorted.iter().enumerate() {
        sum += term;
        if sum >= 0.9 {
            return *value;
        }
        term = term * (n - k) as f64 / (k + 1) as f64;
    }
    sorted[n - 1]
}

/// As [`upper_bound`], from below.
pub fn lower_bound(values: &[f64]) -> f64 {
    let negated: Vec<f64> = values.iter().map(|value| -value).collect();
    -upper_bound(&negated)
}

/// The geometric mean of `values`, which must not be empty.
pub fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}

/// `a[i] / b[i]`, pair by pair.
pub fn ratios(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a / b).collect()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_above_the_median_and_below_the_largest() {
        let values: Vec<f64> = (1..=30).map(f64::from).collect();
        assert_eq!(median(&values), 15.5);
        // Of 30 fair coins, at most 19 show heads with 0.9506, at most 18 with 0.8998.
        assert_eq!(upper_bound(&values), 20.0);
        assert_eq!(upper_bound(&[1.0, 2.0, 3.0]), 3.0);
        assert_eq!(lower_bound(&values), 11.0);
    }
}
